import { equalBytes } from "./bytes.js";

/** What was computed from the most recently used texts. */
export interface RecentTexts<T> {
	/** Takes what is kept for an equal text, or computes it. */
	get(text: string, compute: () => T): T;
	clear(): void;
}

/** Remembers at most `capacity` results, until it is cleared. The search takes a time that may depend on the text. */
export function createRecentTexts<T>(capacity: number): RecentTexts<T> {
	const kept = new Map<string, T>();
	// Most calls have the text of the call before.
	let last: { readonly text: string; readonly value: T } | undefined;
	return {
		get(text, compute) {
			if (last !== undefined && last.text === text) return last.value;
			const value = kept.has(text) ? (kept.get(text) as T) : compute();
			kept.delete(text);
			kept.set(text, value);
			const [oldest] = kept.keys();
			if (kept.size > capacity && oldest !== undefined) kept.delete(oldest);
			last = { text, value };
			return value;
		},
		clear() {
			kept.clear();
			last = undefined;
		},
	};
}

/** What was computed from the most recently used keys. */
export interface RecentBytes<T> {
	/** Computes the value, or takes the one of an equal key. */
	get(key: Uint8Array): T;
	clear(): void;
}

/**
 * Remembers at most `capacity` results, until it is cleared. How long the search takes tells nothing of a key but its place among those that are kept
 * and, with `startsPublic`, its first byte.
 *
 * @param compute is given a copy of the key, which it may keep
 * @param startsPublic is the first byte of keys public? Then few of them are compared whole
 */
export function createRecentBytes<T>(
	capacity: number,
	compute: (key: Uint8Array) => T,
	{ startsPublic }: { startsPublic: boolean },
): RecentBytes<T> {
	let kept: { key: Uint8Array; value: T }[] = [];
	const find = (bytes: Uint8Array) =>
		kept.find(({ key }) => !(startsPublic && key[0] !== bytes[0]) && equalBytes(key, bytes));
	const add = (key: Uint8Array) => ({ key, value: compute(key) });
	return {
		get(bytes) {
			const entry = find(bytes) ?? add(new Uint8Array(bytes));
			if (entry !== kept[0]) kept = [entry, ...kept.filter((other) => other !== entry)].slice(0, capacity);
			return entry.value;
		},
		clear() {
			kept = [];
		},
	};
}
