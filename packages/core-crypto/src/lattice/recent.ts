import { equalBytes } from "../encoding/bytes.js";

/** What was computed from the most recent public values. */
interface Recent<T> {
	/** Computes the value, or takes the one of an equal key. */
	get(key: Uint8Array): T;
	clear(): void;
}

/** Remembers `capacity` results. For public keys only: the search takes a time that depends on the contents. */
export function createRecent<T>(capacity: number, compute: (key: Uint8Array) => T): Recent<T> {
	let entries: { key: Uint8Array; value: T }[] = [];
	return {
		get(key) {
			const known = entries.find((entry) => entry.key[0] === key[0] && equalBytes(entry.key, key));
			const entry = known ?? { key: new Uint8Array(key), value: compute(key) };
			if (entry !== entries[0]) entries = [entry, ...entries.filter((other) => other !== entry)].slice(0, capacity);
			return entry.value;
		},
		clear() {
			entries = [];
		},
	};
}
