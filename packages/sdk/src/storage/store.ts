import { isSentcError } from "@sentc-ts/core-crypto";
import { StorageFailed } from "../errors.js";
import { createKeyList, type KeyList } from "./key-list.js";
import { belongsToUser, storageKeys } from "./keys.js";
import type { StorageInterface } from "./types.js";

/** The storage as the SDK uses it: one write after the other, so that what is logged out stays logged out. */
export class Store {
	readonly storage: StorageInterface;
	readonly #keys: KeyList;
	#queue: Promise<unknown> = Promise.resolve();

	constructor(storage: StorageInterface) {
		this.storage = storage;
		this.#keys = createKeyList(storage);
	}

	async read<T>(key: string): Promise<T | undefined> {
		return (await storageCall(async () => this.storage.getItem<T>(key))) ?? undefined;
	}

	write(key: string, value: unknown): Promise<void> {
		return this.#enqueue(() => this.#set(key, value));
	}

	/** Writes only while the data of the user is stored: another tab may have logged out meanwhile. */
	writeForUser(identifier: string, key: string, value: unknown): Promise<void> {
		return this.#enqueue(async () => {
			const user = await this.storage.getItem(storageKeys.userData(identifier));
			if (user) await this.#set(key, value);
		});
	}

	remove(key: string): Promise<void> {
		return this.#enqueue(() => this.#delete([key]));
	}

	/** Removes everything of one user, and the public keys cached for all. */
	removeUser(identifier: string, userId: string): Promise<void> {
		return this.#enqueue(async () => {
			const listed = (await this.#keys.all()).filter((key) => belongsToUser(key, identifier, userId));
			// First, and also when the list has lost it.
			const keys = [...new Set([storageKeys.userData(identifier), ...listed])];
			const actual = await this.storage.getItem<string>(storageKeys.actualUser);
			await this.#delete(actual === identifier ? [...keys, storageKeys.actualUser] : keys);
		});
	}

	async #set(key: string, value: unknown): Promise<void> {
		await this.#keys.add(key);
		await this.storage.set(key, value);
	}

	async #delete(keys: readonly string[]): Promise<void> {
		for (const key of keys) await this.storage.delete(key);
		await this.#keys.remove(keys);
	}

	#enqueue(task: () => Promise<void>): Promise<void> {
		const done = storageCall(() => this.#queue.then(() => alone(task)));
		this.#queue = done.catch(() => {});
		return done;
	}
}

/** While no other tab does the like, where the platform can say so (Web Locks API). */
async function alone(task: () => Promise<void>): Promise<void> {
	const locks = globalThis.navigator?.locks;
	await (locks ? locks.request("sentc-storage", task) : task());
}

async function storageCall<T>(call: () => Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (error) {
		throw isSentcError(error) ? error : new StorageFailed(error);
	}
}
