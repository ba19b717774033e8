import { MemoryStorage, type StorageInterface } from "../../src/index.js";

/** What an app may bring: it can't list its keys, and an item can refuse to be deleted. */
export class OwnStorage implements Pick<StorageInterface, "getItem" | "set" | "delete"> {
	readonly items: Map<string, unknown> = new Map();
	broken = false;
	/** For an instance of the SDK that stands on it. */
	readonly option = { storage: { getStorage: async () => this as unknown as StorageInterface } };

	async getItem<T>(key: string): Promise<T | undefined> {
		return structuredClone(this.items.get(key)) as T | undefined;
	}

	async set(key: string, item: unknown): Promise<void> {
		this.items.set(key, structuredClone(item));
	}

	async delete(key: string): Promise<void> {
		if (this.broken) throw new Error("the disk is gone");
		this.items.delete(key);
	}
}

export const QUOTA = new DOMException("The disk is full", "QuotaExceededError");
const FOREVER = new Promise<never>(() => {});

/** A storage that fails when the test says so. */
export class FailingStorage extends MemoryStorage {
	/** Writes that still succeed. */
	room = Number.POSITIVE_INFINITY;
	/** Functions that never answer. */
	silent: readonly string[] = [];

	override async getItem<T>(key: string): Promise<T | undefined> {
		return this.silent.includes("getItem") ? FOREVER : super.getItem(key);
	}

	override async set<T>(key: string, item: T): Promise<void> {
		if (this.silent.includes("set")) return FOREVER;
		if (this.room <= 0) throw QUOTA;
		this.room--;
		await super.set(key, item);
	}

	override async delete(key: string): Promise<void> {
		return this.silent.includes("delete") ? FOREVER : super.delete(key);
	}

	override async keys(): Promise<string[]> {
		return this.silent.includes("keys") ? FOREVER : super.keys();
	}

	async content(): Promise<Record<string, unknown>> {
		const keys = await super.keys();
		return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await super.getItem(key)])));
	}
}

/** A copy of everything in a storage, with which another one begins. */
export async function copyOf(storage: MemoryStorage): Promise<MemoryStorage> {
	const copy = new MemoryStorage();
	for (const key of await storage.keys()) await copy.set(key, await storage.getItem(key));
	return copy;
}
