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
	readonly #counts: (value: Value) => boolean;

	/** @param counts may a value be used still? It is asked at each use. */
	constructor(limit: number, version: () => unknown, counts: (value: Value) => boolean = () => true) {
		this.#limit = limit;
		this.#version = version;
		this.#counts = counts;
		this.#entries = new Lru(limit);
	}

	/** The remembered value, or what `load` finds; that nothing was found is not remembered. */
	async get(key: string, load: () => Promise<Value | undefined>): Promise<Value | undefined> {
		const version = this.#version();
		if (version !== this.#seen) this.clear();
		this.#seen = version;
		// A value that is loaded while the cache is cleared may be outdated: it goes into the map that was dropped.
		const entries = this.#entries;
		const known = entries.get(key);
		if (known !== undefined && this.#counts(known)) return known;
		entries.delete(key);
		const value = await load();
		if (value !== undefined && this.#counts(value)) entries.set(key, value);
		return value;
	}

	clear(): void {
		this.#entries = new Lru(this.#limit);
	}
}
