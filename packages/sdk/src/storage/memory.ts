import type { InitReturn, StorageInterface } from "./types.js";

/** Keeps everything in memory: the session ends with the process or page. */
export class MemoryStorage implements StorageInterface {
	readonly #items: Map<string, unknown> = new Map();
	#parts: Blob[] = [];

	async init(): Promise<InitReturn> {
		return { status: true };
	}

	async getItem<T>(key: string): Promise<T | undefined> {
		return structuredClone(this.#items.get(key)) as T | undefined;
	}

	async set<T>(key: string, item: T): Promise<void> {
		this.#items.set(key, structuredClone(item));
	}

	async delete(key: string): Promise<void> {
		this.#items.delete(key);
	}

	async keys(): Promise<string[]> {
		return [...this.#items.keys()];
	}

	async storePart(chunk: ArrayBuffer): Promise<void> {
		this.#parts.push(new Blob([chunk]));
	}

	async getDownloadUrl(): Promise<string> {
		return URL.createObjectURL(new Blob(this.#parts));
	}

	async cleanStorage(): Promise<void> {
		this.#items.clear();
		this.#parts = [];
	}
}
