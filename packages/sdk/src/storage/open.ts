import { InvalidInput } from "@sentc-ts/core-crypto";
import { StorageFailed } from "../errors.js";
import { answerOfStorage, DEFAULT_STORAGE_TIMEOUT_MS } from "./deadline.js";
import { IndexeddbStorage } from "./indexeddb.js";
import { MemoryStorage } from "./memory.js";
import type { InitReturn, ResCallBack, StorageInterface, StorageOptions } from "./types.js";

/** Database and object store of the reference client, so that a session which it stored goes on. */
const SESSIONS = ["sentclose", "keys"] as const;

/** The app's storage, else IndexedDB, else memory. */
export async function openStorage(options: StorageOptions, timeout: number): Promise<StorageInterface> {
	if (options.getStorage !== undefined) return openOwnStorage(options.getStorage, timeout);
	return openDatabase(new IndexeddbStorage(...SESSIONS, timeout), options.default_storage?.errCallBack);
}

/** The database if it can be opened, else memory. */
export async function openDatabase(
	database: IndexeddbStorage,
	told: ResCallBack = tellConsole,
): Promise<StorageInterface> {
	const { status, ...message } = await database.init();
	if (status) return database;
	told(message);
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

/** Without IndexedDB a server misses nothing; the user of a page is logged out by a reload. */
function tellConsole({ err, warn }: Pick<InitReturn, "err" | "warn">): void {
	if (typeof window === "undefined") return;
	console.error(err);
	console.warn(warn);
}
