import { InvalidInput } from "@sentc-ts/core-crypto";
import { StorageFailed } from "../errors.js";
import { answerOfStorage, DEFAULT_STORAGE_TIMEOUT_MS } from "./deadline.js";
import { IndexedDbStorage } from "./indexeddb.js";
import { MemoryStorage } from "./memory.js";
import type { InitReturn, StorageInterface, StorageOptions } from "./types.js";

/** The app's storage, else IndexedDB, else memory. */
export async function openStorage(options: StorageOptions, timeout: number): Promise<StorageInterface> {
	if (options.getStorage !== undefined) return openOwnStorage(options.getStorage, timeout);
	const database = new IndexedDbStorage(undefined, undefined, timeout);
	const opened = await database.init();
	if (opened.status) return database;
	report(opened, options);
	return new MemoryStorage();
}

/** @throws InvalidInput unless it is a time in ms, from 1 on */
export function storageTimeout({ timeout = DEFAULT_STORAGE_TIMEOUT_MS }: StorageOptions): number {
	if (Number.isSafeInteger(timeout) && timeout > 0) return timeout;
	throw new InvalidInput("storage.timeout", "must be a number of ms");
}

async function openOwnStorage(getStorage: () => Promise<StorageInterface>, timeout: number): Promise<StorageInterface> {
	if (typeof getStorage !== "function") throw new InvalidInput("storage.getStorage", "must be a function");
	const storage = await answerOfStorage(async () => getStorage(), timeout).catch((cause: unknown) => {
		throw new StorageFailed(cause);
	});
	const complete = (["getItem", "set", "delete"] as const).every((name) => typeof storage?.[name] === "function");
	if (!complete) throw new InvalidInput("storage.getStorage", "must resolve to a storage");
	return storage;
}

function report({ err, warn }: InitReturn, options: StorageOptions): void {
	if (options.default_storage) {
		options.default_storage.errCallBack({ ...(err !== undefined && { err }), ...(warn !== undefined && { warn }) });
	} else if (typeof window !== "undefined") {
		// Without IndexedDB a server misses nothing; the user of a page is logged out by a reload.
		console.error(err);
		console.warn(warn);
	}
}
