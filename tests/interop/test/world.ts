import type { ApiConfig } from "@sentc-ts/api-server";
import type { SentcClient, User } from "@sentc-ts/sdk";
import { authenticator, newUser, PASSWORD, startApi, startSentc } from "@sentc-ts/test-world";
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

let accounts = 0;
export const nextIdentifier = (): string => `account-${++accounts}`;

/** @param rateLimits default: none, for the sake of time */
export async function createWorld(rateLimits: ApiConfig["rateLimits"] = false): Promise<World> {
	const api = await startApi({ rateLimits });
	const { publicToken: token, secretToken } = api.app;
	const reference = loadReference();
	const connection = { reference, url: api.base_url, token };
	const connect = async () => (await startSentc(api, { worker: false })).sentc;
	return {
		...connection,
		backend: { ...connection, token: secretToken },
		connect,
		async signUp() {
			const identifier = nextIdentifier();
			const sentc = await connect();
			return { sentc, identifier, password: PASSWORD, user: await newUser(sentc, identifier) };
		},
		async signUpReference() {
			const identifier = nextIdentifier();
			await reference.register(api.base_url, token, identifier, PASSWORD);
			return referenceLogin(connection, identifier, PASSWORD);
		},
		advance: (ms) => api.clock.advance(ms),
		nextCode: authenticator(api.clock),
		close: api.close,
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
