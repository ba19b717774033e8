import type { ApiConfig } from "@sentc-ts/api-server";
import type { SentcClient, User } from "@sentc-ts/sdk";
import { authenticator, newUser, PASSWORD, startApi, startSentc } from "@sentc-ts/test-world";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { loadReference, statusOf } from "../src/reference.js";
import { type Connection, type ReferenceDevice, referenceLogin } from "./reference-device.js";

/** Who logs in. */
export interface Account {
	readonly identifier: string;
	readonly password: string;
}

/** A device of either client that can let another one in. */
interface Adder {
	registerDevice(waiting: string): Promise<unknown>;
}

/** Our API on a real socket with a real database, the reference client, and our SDK: both as clients of one app. */
export interface World extends Connection {
	/** The connection with the token of the app's own backend. */
	backend: Connection;
	/** A new instance of our SDK, connected to the API. */
	connect(): Promise<SentcClient>;
	/** Registers and logs in with our SDK. */
	signUp(): Promise<Account & { sentc: SentcClient; user: User }>;
	/** Logs in with our SDK. */
	login(account: Account): Promise<User>;
	/** One more device of the user, on our SDK. */
	addDevice(adder: Adder): Promise<User>;
	/** Registers and logs in with the reference client. */
	signUpReference(): Promise<ReferenceDevice>;
	/** One more device of the user, on the reference client. */
	addReference(adder: Adder): Promise<ReferenceDevice>;
	/** What a new device on the reference client shows to the one that lets it in. */
	startReference(identifier?: string): Promise<string>;
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
	// Some tests need more keys than a user or a group makes in a month.
	const app = { ...LAX_OPTIONS, max_key_rotation_month: 1000 };
	const api = await startApi({ app, rateLimits, userRotationsPerMonth: 1000 });
	const { base_url: url } = api;
	const { publicToken: token, secretToken } = api.app;
	const reference = loadReference();
	const connection = { reference, url, token };
	const connect = async () => (await startSentc(api, { worker: false })).sentc;
	const startReference = (identifier = nextIdentifier()) =>
		reference.register_device_start(url, token, identifier, PASSWORD);
	return {
		...connection,
		backend: { ...connection, token: secretToken },
		...{ connect, startReference },
		async signUp() {
			const identifier = nextIdentifier();
			const sentc = await connect();
			return { sentc, identifier, password: PASSWORD, user: await newUser(sentc, identifier) };
		},
		login: async ({ identifier, password }) => (await connect()).login(identifier, password, true),
		async addDevice(adder) {
			const identifier = nextIdentifier();
			const sentc = await connect();
			await adder.registerDevice(String(await sentc.registerDeviceStart(identifier, PASSWORD)));
			return sentc.login(identifier, PASSWORD, true);
		},
		async signUpReference() {
			const identifier = nextIdentifier();
			await reference.register(url, token, identifier, PASSWORD);
			return referenceLogin(connection, identifier, PASSWORD);
		},
		async addReference(adder) {
			const identifier = nextIdentifier();
			await adder.registerDevice(await startReference(identifier));
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
