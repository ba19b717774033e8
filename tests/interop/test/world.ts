import { randomBytes } from "node:crypto";
import { createApi, listen } from "@sentc-ts/api-server";
import { createSentc, MemoryStorage, type SentcClient, type User } from "@sentc-ts/sdk";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { loadReference, type Reference } from "../src/reference.js";

/** Our API on a real socket with a real database, the reference client, and our SDK: both as clients of one app. */
export interface World {
	url: string;
	/** The app's public token; the app lets it do everything. */
	token: string;
	reference: Reference;
	/** A new instance of our SDK, connected to the API. */
	connect(): Promise<SentcClient>;
	/** Registers and logs in with our SDK. */
	signUp(): Promise<{ sentc: SentcClient; user: User; identifier: string; password: string }>;
	/** Registers and logs in with the reference client. */
	signUpReference(): Promise<ReferenceUser>;
	close(): Promise<void>;
}

/** What the reference client holds after a login. */
export interface ReferenceUser {
	id: string;
	deviceId: string;
	identifier: string;
	password: string;
	jwt: string;
	refreshToken: string;
	device: { privateKey: string; publicKey: string };
	keys: ReferenceUserKey[];
}

interface ReferenceUserKey {
	private_key: string;
	public_key: string;
	group_key: string;
	group_key_id: string;
	sign_key: string;
	verify_key: string;
	exported_public_key: string;
	exported_public_key_sig_key_id: string;
	exported_verify_key: string;
}

let accounts = 0;
export const nextIdentifier = (): string => `account-${++accounts}`;

export async function createWorld(): Promise<World> {
	const api = await createApi({ database: ":memory:", rootKey: randomBytes(32) });
	const { publicToken: token } = await api.apps.create({ options: LAX_OPTIONS });
	const server = await listen(api, { host: "127.0.0.1", port: 0 });
	const { url } = server;
	const reference = loadReference();
	const password = "correct horse battery staple";

	const connect = async () => {
		const sentc = createSentc();
		// The reference client needs a global `window`, which would make our SDK look for a browser's storage.
		await sentc.init({ base_url: url, app_token: token, storage: { getStorage: async () => new MemoryStorage() } });
		return sentc;
	};
	return {
		url,
		token,
		reference,
		connect,
		async signUp() {
			const identifier = nextIdentifier();
			const sentc = await connect();
			await sentc.register(identifier, password);
			return { sentc, identifier, password, user: await sentc.login(identifier, password, true) };
		},
		async signUpReference() {
			const identifier = nextIdentifier();
			await reference.register(url, token, identifier, password);
			return referenceLogin(reference, url, token, identifier, password);
		},
		async close() {
			await server.close();
			await api.close();
		},
	};
}

export async function referenceLogin(
	reference: Reference,
	url: string,
	token: string,
	identifier: string,
	password: string,
): Promise<ReferenceUser> {
	const login = await reference.login(url, token, identifier, password);
	const text = (value: string | undefined): string => {
		if (value === undefined) throw new Error("the reference client logged in without keys");
		return value;
	};
	return {
		id: text(login.get_id()),
		deviceId: text(login.get_device_id()),
		identifier,
		password,
		jwt: text(login.get_jwt()),
		refreshToken: text(login.get_refresh_token()),
		device: { privateKey: text(login.get_device_private_key()), publicKey: text(login.get_device_public_key()) },
		keys: login.get_user_keys(),
	};
}

/** The newest key of a list that can't be empty. */
export function newest<T>(keys: readonly T[]): T {
	const [key] = keys;
	if (key === undefined) throw new Error("there is no key");
	return key;
}
