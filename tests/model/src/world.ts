import type { SentcClient, User } from "@sentc-ts/sdk";
import { authenticator, startApi, startSentc } from "@sentc-ts/test-world";
import type { Device, SecondFactor } from "./model.js";

/** The real thing: an API on a socket, and one SDK instance per device. */
export interface World {
	/** An instance without a user, for whoever is no device yet. */
	readonly visitor: SentcClient;
	/** The instance of a device; made at the first use. */
	client(identifier: string): Promise<SentcClient>;
	/** The user that is logged in on the device. */
	user(device: Device): Promise<User>;
	/** The instance goes on under the device's new identifier. */
	rename(from: string, to: string): void;
	/** A code that was not used before: moves the clock. */
	code(secondFactor: SecondFactor): string;
	close(): Promise<void>;
}

/**
 * Everybody registers and deletes without a backend here, and wrong passwords cost no time.
 *
 * @param clock moves the clock that API and SDK read, ms
 */
export async function createWorld(clock: { now(): number; advance(ms: number): void }): Promise<World> {
	const api = await startApi({ app: { user_register: 1, user_delete: 1 }, rateLimits: false });
	const clients = new Map<string, SentcClient>();
	const open = async (): Promise<SentcClient> => (await startSentc(api, { worker: false })).sentc;
	const client = async (identifier: string): Promise<SentcClient> => {
		const known = clients.get(identifier) ?? (await open());
		clients.set(identifier, known);
		return known;
	};
	const codeOf = authenticator(clock);
	return {
		visitor: await open(),
		client,
		user: async ({ identifier }) => (await client(identifier)).getActualUser(),
		rename(from, to) {
			const renamed = clients.get(from);
			clients.delete(from);
			if (renamed) clients.set(to, renamed);
		},
		code: ({ secret }) => codeOf(secret),
		close: api.close,
	};
}
