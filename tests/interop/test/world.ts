import { randomBytes } from "node:crypto";
import { type ApiConfig, createApi, listen } from "@sentc-ts/api-server";
import { createSentc, MemoryStorage, type SentcClient, type User } from "@sentc-ts/sdk";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { TOTP } from "otpauth";
import { loadReference, statusOf } from "../src/reference.js";
import { type Connection, type ReferenceDevice, referenceLogin } from "./reference-device.js";

/** Our API on a real socket with a real database, the reference client, and our SDK: both as clients of one app. */
export interface World extends Connection {
	/** The connection with the token of the app's own backend. */
	backend: Connection;
	/** A new instance of our SDK, connected to the API. */
	connect(): Promise<SentcClient>;
	/** Registers and logs in with our SDK. */
	signUp(): Promise<{ sentc: SentcClient; user: User; identifier: string; password: string }>;
	/** Registers and logs in with the reference client. */
	signUpReference(): Promise<ReferenceDevice>;
	/** Moves the API's clock, ms. */
	advance(ms: number): void;
	/** A code of the second factor that was not used before: moves the API's clock by a step. */
	nextCode(secret: string): string;
	close(): Promise<void>;
}

/** How long a code of a second factor is valid, ms (RFC 6238 §5.2). */
const STEP = 30_000;

let accounts = 0;
export const nextIdentifier = (): string => `account-${++accounts}`;

/** @param rateLimits default: none, for the sake of time */
export async function createWorld(rateLimits: ApiConfig["rateLimits"] = false): Promise<World> {
	let ahead = 0;
	const now = () => Date.now() + ahead;
	const api = await createApi({ database: ":memory:", rootKey: randomBytes(32), now, rateLimits });
	const { publicToken: token, secretToken } = await api.apps.create({ options: LAX_OPTIONS });
	const server = await listen(api, { host: "127.0.0.1", port: 0 });
	const { url } = server;
	const reference = loadReference();
	const connection = { reference, url, token };
	const password = "correct horse battery staple";

	const connect = async () => {
		const sentc = createSentc({ worker: false });
		// The reference client needs a global `window`, which would make our SDK look for a browser's storage.
		await sentc.init({ base_url: url, app_token: token, storage: { getStorage: async () => new MemoryStorage() } });
		return sentc;
	};
	return {
		...connection,
		backend: { reference, url, token: secretToken },
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
			return referenceLogin(connection, identifier, password);
		},
		advance(ms) {
			ahead += ms;
		},
		nextCode(secret) {
			ahead += STEP;
			return new TOTP({ secret, algorithm: "SHA256", digits: 6, period: STEP / 1000 }).generate({ timestamp: now() });
		},
		async close() {
			await server.close();
			await api.close();
		},
	};
}

/** The status of what the call throws, of either client; `none` when it succeeds. */
export const statusOfFailure = (call: Promise<unknown>): Promise<string> =>
	call.then(
		() => "none",
		(thrown) => statusOf(thrown),
	);

/** {@link statusOfFailure} of a call that may also throw at once. */
export const statusOfCall = (call: () => unknown): Promise<string> => statusOfFailure((async () => call())());
