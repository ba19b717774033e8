import {
	createSentc,
	MemoryStorage,
	type SentcClient,
	type SentcOptions,
	type StorageOptions,
	type User,
} from "@sentc-ts/sdk";
import type { ServedApi } from "./api.js";
import { tier } from "./runs.js";

/** Of all users of the test world. */
export const PASSWORD = "correct horse battery staple";

let names = 0;

/** An identifier nobody has. */
export function freshName(): string {
	return `person ${++names}`;
}

/** An instance of the SDK that is ready, and its storage; an empty one if it stands on another kind. */
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

/** The `storage` may also be the one that an instance had before, as when a page is opened anew. */
export type ClientOptions = Partial<Omit<SentcOptions, "storage">> & {
	readonly storage?: StorageOptions | MemoryStorage | undefined;
};

/**
 * An instance with a memory storage of its own, unless one is given. The cryptography runs in this thread, where no
 * worker has to start and to warm up; in soaks it runs in the worker, as in apps.
 */
export async function startSentc(
	{ base_url, app_token }: Connection,
	{ storage = new MemoryStorage(), ...options }: ClientOptions = {},
): Promise<Client> {
	const sentc = createSentc({
		...{ base_url, app_token },
		storage: storage instanceof MemoryStorage ? { getStorage: async () => storage } : storage,
		...(tier !== "soak" && { worker: false }),
		...options,
	});
	await sentc.init();
	return { sentc, storage: storage instanceof MemoryStorage ? storage : new MemoryStorage() };
}

/** Registers a new user and logs in. */
export async function newUser(sentc: SentcClient, identifier: string = freshName()): Promise<User> {
	await sentc.register(identifier, PASSWORD);
	return sentc.login(identifier, PASSWORD, true);
}

/** A new user on a new device. */
export async function signUp(connection: Connection, options?: ClientOptions): Promise<Person> {
	const client = await startSentc(connection, options);
	const name = freshName();
	return { ...client, name, user: await newUser(client.sentc, name) };
}

/** The user on one more device, with a storage of its own. */
export async function addDevice(connection: Connection, user: User, options?: ClientOptions): Promise<Person> {
	const client = await startSentc(connection, options);
	const name = freshName();
	await user.registerDevice(String(await client.sentc.registerDeviceStart(name, PASSWORD)));
	return { ...client, name, user: await client.sentc.login(name, PASSWORD, true) };
}

/** Rotates the keys of the user, with the API's part of it. */
export async function rotateKeys({ runJobs }: Pick<ServedApi, "runJobs">, user: User): Promise<void> {
	await user.keyRotation();
	await runJobs();
}
