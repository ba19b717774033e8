import { isSentcError } from "@sentc-ts/core-crypto";
import { StorageFailed } from "../errors.js";
import { answerOfStorage } from "./deadline.js";
import { createKeyList, type KeyList } from "./key-list.js";
import { itemsOfUser, storageKeys } from "./keys.js";
import type { StorageInterface } from "./types.js";

/** What the SDK needs of a storage. */
type Items = Pick<StorageInterface, "getItem" | "set" | "delete">;

/**
 * The storage as the SDK uses it: one write after the other, so that what is logged out stays logged out. Every failure is
 * `StorageFailed`, also that the storage does not answer in time.
 */
export class Store {
	readonly storage: StorageInterface;
	readonly #items: Items;
	readonly #keys: KeyList;
	readonly #timeout: number;
	#queue: Promise<unknown> = Promise.resolve();

	/** @param timeout how long one access may take, ms */
	constructor(storage: StorageInterface, timeout: number) {
		this.storage = storage;
		this.#timeout = timeout;
		const bounded = bound(storage, timeout);
		this.#items = bounded;
		this.#keys = createKeyList(bounded);
	}

	/** @returns whatever is there: the caller checks its shape */
	async read(key: string): Promise<unknown> {
		return (await storageCall(() => this.#items.getItem(key))) ?? undefined;
	}

	/** Names of what is stored that begin so. */
	async names(prefix: string): Promise<string[]> {
		return (await storageCall(() => this.#keys.all())).filter((key) => key.startsWith(prefix));
	}

	write(key: string, value: unknown): Promise<void> {
		return this.#enqueue(() => this.#set(key, value));
	}

	/** Writes all in this order, or nothing: when one fails, those before it get back what was there. */
	writeAll(items: Readonly<Record<string, unknown>>): Promise<void> {
		return this.#enqueue(async () => {
			const before: [string, unknown][] = [];
			try {
				for (const [key, value] of Object.entries(items)) {
					before.push([key, await this.#items.getItem(key)]);
					await this.#set(key, value);
				}
			} catch (error) {
				for (const [key, value] of before.reverse()) await this.#restore(key, value);
				throw error;
			}
		});
	}

	/** Writes only while the data of the user is stored: another tab may have logged out meanwhile. */
	writeForUser(identifier: string, key: string, value: unknown): Promise<void> {
		return this.updateForUser(identifier, key, () => value);
	}

	/**
	 * {@link Store.writeForUser} of what `change` makes of the stored value, while no other tab writes.
	 *
	 * @param change gets `undefined` when nothing is stored; `undefined` = write nothing
	 */
	updateForUser(identifier: string, key: string, change: (stored: unknown) => unknown): Promise<void> {
		return this.#enqueue(async () => {
			const user = await this.#items.getItem(storageKeys.userData(identifier));
			if (!user) return;
			const value = change((await this.#items.getItem(key)) ?? undefined);
			if (value !== undefined) await this.#set(key, value);
		});
	}

	remove(key: string): Promise<void> {
		return this.#enqueue(() => this.#delete([key]));
	}

	/** Removes everything of one user, and the public keys cached for all. */
	removeUser(identifier: string, userId: string): Promise<void> {
		return this.#enqueue(async () => {
			const listed = itemsOfUser(await this.#keys.all(), identifier, userId);
			// First, and also when the list has lost it.
			const keys = [...new Set([storageKeys.userData(identifier), ...listed])];
			const actual = await this.#items.getItem(storageKeys.actualUser);
			await this.#delete(actual === identifier ? [...keys, storageKeys.actualUser] : keys);
		});
	}

	async #set(key: string, value: unknown): Promise<void> {
		await this.#keys.add(key);
		await this.#items.set(key, value);
	}

	async #delete(keys: readonly string[]): Promise<void> {
		for (const key of keys) await this.#items.delete(key);
		await this.#keys.remove(keys);
	}

	/** As far as a storage that just failed lets it. */
	async #restore(key: string, value: unknown): Promise<void> {
		const restored = value === undefined || value === null ? this.#delete([key]) : this.#set(key, value);
		await restored.catch(() => {});
	}

	#enqueue(task: () => Promise<void>): Promise<void> {
		const done = storageCall(() => this.#queue.then(() => alone(task, this.#timeout)));
		this.#queue = done.catch(() => {});
		return done;
	}
}

/** The same storage with a deadline for every access. */
function bound(storage: StorageInterface, timeout: number): Items & Pick<StorageInterface, "keys"> {
	return {
		getItem: (key) => answerOfStorage(async () => storage.getItem(key), timeout),
		set: (key, item) => answerOfStorage(async () => storage.set(key, item), timeout),
		delete: (key) => answerOfStorage(async () => storage.delete(key), timeout),
		...(storage.keys && { keys: () => answerOfStorage(async () => storage.keys?.() ?? [], timeout) }),
	};
}

/**
 * While no other tab does the like, where the platform can say so (Web Locks API). A tab that was frozen with the lock in
 * its hands must not make the others wait for ever.
 */
async function alone(task: () => Promise<void>, timeout: number): Promise<void> {
	const locks = globalThis.navigator?.locks;
	await (locks ? locks.request("sentc-storage", { signal: AbortSignal.timeout(timeout) }, task) : task());
}

async function storageCall<T>(call: () => Promise<T>): Promise<T> {
	try {
		return await call();
	} catch (error) {
		throw isSentcError(error) ? error : new StorageFailed(error);
	}
}
