import { isText } from "./shape.js";
import type { StorageInterface } from "./types.js";

const LIST_KEY = "stored_keys";

/** Knows the keys of a storage. */
export interface KeyList {
	all(): Promise<string[]>;
	add(key: string): Promise<void>;
	remove(keys: readonly string[]): Promise<void>;
}

/** Asks the storage, or for one that can't tell keeps the list as an item of its own. */
export function createKeyList(storage: Pick<StorageInterface, "getItem" | "set" | "delete" | "keys">): KeyList {
	if (storage.keys) {
		return { all: async () => texts(await storage.keys?.()), add: async () => {}, remove: async () => {} };
	}
	const all = async (): Promise<string[]> => texts(await storage.getItem(LIST_KEY));
	return {
		all,
		async add(key) {
			const keys = await all();
			if (!keys.includes(key)) await storage.set(LIST_KEY, [...keys, key]);
		},
		async remove(removed) {
			const kept = (await all()).filter((key) => !removed.includes(key));
			await (kept.length === 0 ? storage.delete(LIST_KEY) : storage.set(LIST_KEY, kept));
		},
	};
}

/** The list may be damaged like everything that is stored. */
function texts(list: unknown): string[] {
	return Array.isArray(list) ? list.filter(isText) : [];
}
