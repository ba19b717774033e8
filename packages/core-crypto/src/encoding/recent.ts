/** What was computed from the most recently used texts. */
export interface RecentTexts<T> {
	/** Takes what is kept for an equal text, or computes it. */
	get(text: string, compute: () => T): T;
	clear(): void;
}

/** Remembers at most `capacity` results, until it is cleared. The search takes a time that may depend on the text. */
export function createRecentTexts<T>(capacity: number): RecentTexts<T> {
	const kept = new Map<string, T>();
	return {
		get(text, compute) {
			const value = kept.has(text) ? (kept.get(text) as T) : compute();
			kept.delete(text);
			kept.set(text, value);
			const [oldest] = kept.keys();
			if (kept.size > capacity && oldest !== undefined) kept.delete(oldest);
			return value;
		},
		clear: () => kept.clear(),
	};
}
