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
