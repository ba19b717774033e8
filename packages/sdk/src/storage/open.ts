import { InvalidInput } from "@sentc-ts/core-crypto";
import { IndexedDbStorage } from "./indexeddb.js";
import { MemoryStorage } from "./memory.js";
import type { InitReturn, StorageInterface, StorageOptions } from "./types.js";

/** The app's storage, else IndexedDB, else memory. */
export async function openStorage(options: StorageOptions = {}): Promise<StorageInterface> {
	if (options.getStorage !== undefined) return openOwnStorage(options.getStorage);
	const database = new IndexedDbStorage();
	const opened = await database.init();
	if (opened.status) return database;
	report(opened, options);
	return new MemoryStorage();
}

async function openOwnStorage(getStorage: () => Promise<StorageInterface>): Promise<StorageInterface> {
	if (typeof getStorage !== "function") throw new InvalidInput("storage.getStorage", "must be a function");
	const storage = await getStorage();
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
