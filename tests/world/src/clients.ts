import { createSentc, MemoryStorage, type SentcClient, type SentcOptions, type User } from "@sentc-ts/sdk";
import type { ServedApi } from "./api.js";
import { tier } from "./runs.js";

export const PASSWORD = "correct horse battery staple";

let names = 0;

/** An identifier nobody has. */
export function freshName(): string {
	return `person ${++names}`;
}

/** An instance of the SDK that is ready, and its storage. */
export interface Client {
	readonly sentc: SentcClient;
	readonly storage: MemoryStorage;
}

/** A user on one device. */
export interface Person extends Client {
	readonly user: User;
	/** The identifier of the device. */
	readonly name: string;
}

type Connection = Pick<ServedApi, "base_url" | "app_token">;

/**
 * An instance with a memory storage of its own. The quick tests run the cryptography in this thread, where passwords are derived once
 * (`remembered-argon2.ts`); all other tests use the worker, as apps do.
 */
export async function startSentc(
	{ base_url, app_token }: Connection,
	options: Partial<SentcOptions> = {},
): Promise<Client> {
	const storage = new MemoryStorage();
	const sentc = createSentc({
		...{ base_url, app_token },
		storage: { getStorage: async () => storage },
		...(tier === "quick" && { worker: false }),
		...options,
	});
	await sentc.init();
	return { sentc, storage };
}

/** Registers a new user and logs in. */
export async function newUser(sentc: SentcClient, identifier: string = freshName()): Promise<User> {
	await sentc.register(identifier, PASSWORD);
	return sentc.login(identifier, PASSWORD, true);
}

/** A new user on a new device. */
export async function signUp(connection: Connection, options?: Partial<SentcOptions>): Promise<Person> {
	const client = await startSentc(connection, options);
	const name = freshName();
	return { ...client, name, user: await newUser(client.sentc, name) };
}

/** The user on one more device, with a storage of its own. */
export async function addDevice(connection: Connection, user: User, options?: Partial<SentcOptions>): Promise<Person> {
	const client = await startSentc(connection, options);
	const name = freshName();
	await user.registerDevice(String(await client.sentc.registerDeviceStart(name, PASSWORD)));
	return { ...client, name, user: await client.sentc.login(name, PASSWORD, true) };
}
