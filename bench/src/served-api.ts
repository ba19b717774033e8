import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Api, createApi, folderStorage, listen } from "@sentc-ts/api-server";
import { createSentc, MemoryStorage, type User } from "@sentc-ts/sdk";
import { type Client, createClient } from "@sentc-ts/transport";
import { LAX_OPTIONS, userRoutes } from "@sentc-ts/transport/contract";

const IDENTIFIER = "owner";
const PASSWORD = "correct horse battery staple";

/** The reference client gets another one, under the same name. */
const { fetch } = globalThis;

/** Somebody who can become a member. */
interface Candidate {
	userId: string;
	publicKeyId: string;
}

/** An API with a database in a file and real HTTP, and its first user. */
export interface ServedApi {
	api: Api;
	/** As the SDK takes them. */
	base_url: string;
	app_token: string;
	/** Without HTTP: for what is not measured. */
	client: Client;
	owner: User;
	/** Of the owner. */
	credentials: { identifier: string; password: string };
	/** The owner as of a new browser: nothing is stored. What was opened before is closed. */
	openAnew(): Promise<User>;
	/** So many users, who all have the same key pairs: the API compares none, and they are made once. */
	candidates(count: number): Promise<Candidate[]>;
	close(): Promise<void>;
}

export async function serveApi(): Promise<ServedApi> {
	const folder = await mkdtemp(join(tmpdir(), "sentc-ts-bench-"));
	const api = await createApi({
		database: join(folder, "sentc.db"),
		rootKey: new Uint8Array(randomBytes(32)),
		fileStorage: folderStorage(join(folder, "files")),
		rateLimits: false,
	});
	const { publicToken: app_token } = await api.apps.create({
		options: { ...LAX_OPTIONS, max_key_rotation_month: 10_000 },
		files: { storage: "own" },
	});
	const { close: stop, url: base_url } = await listen(api, { host: "127.0.0.1", port: 0 });
	const client = createClient({
		baseUrl: base_url,
		appToken: app_token,
		fetch: (...request) => api.fetch(new Request(...request)),
	});
	const open = () => {
		const storage = { getStorage: async () => new MemoryStorage() };
		return createSentc({ base_url, app_token, fetch, storage });
	};

	const sentc = open();
	await sentc.init();
	await sentc.register(IDENTIFIER, PASSWORD);
	const owner = await sentc.login(IDENTIFIER, PASSWORD, true);
	let other = open();

	const registration = JSON.parse(await sentc.prepareRegisterAsync("anybody", PASSWORD));
	const known: Candidate[] = [];
	const register = async (): Promise<Candidate> => {
		const device = { ...registration.device, device_identifier: `member ${known.length}` };
		const { user_id } = await client.call(userRoutes.register, { body: { ...registration, device } });
		const { public_key_id } = await client.call(userRoutes.userPublicKey, { params: { user_id } });
		return { userId: user_id, publicKeyId: public_key_id };
	};
	return {
		...{ api, app_token, base_url, client, owner },
		credentials: { identifier: IDENTIFIER, password: PASSWORD },
		async openAnew() {
			await other.close();
			other = open();
			await other.init();
			return other.login(IDENTIFIER, PASSWORD, true);
		},
		async candidates(count) {
			while (known.length < count) known.push(await register());
			return known.slice(0, count);
		},
		async close() {
			await Promise.all([sentc.close(), other.close()]);
			await stop();
			await api.close();
			await rm(folder, { recursive: true });
		},
	};
}
