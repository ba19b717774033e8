import { Lru } from "./lru.js";

/**
 * Remembers the values used last, at most `limit` of them, and forgets all when `version` changes: what another process
 * did to the database counts from the next look-up on.
 */
export class Cache<Value> {
	#entries: Lru<Value>;
	#seen: unknown;
	readonly #limit: number;
	readonly #version: () => unknown;

	constructor(limit: number, version: () => unknown) {
		this.#limit = limit;
		this.#version = version;
		this.#entries = new Lru(limit);
	}

	/** The remembered value, or what `load` finds; that nothing was found is not remembered. */
	async get(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
		const version = this.#version();
		if (version !== this.#seen) this.clear();
		this.#seen = version;
		// A value that is loaded while the cache is cleared may be outdated: it goes into the map that was dropped.
		const entries = this.#entries;
		const value = entries.get(key) ?? (await load());
		if (value !== undefined) entries.set(key, value);
		return value;
	}

	clear(): void {
		this.#entries = new Lru(this.#limit);
	}
}
