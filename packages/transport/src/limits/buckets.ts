import type { Address } from "./address.js";

/** Most networks that are remembered. */
const REMEMBERED = 30_000;

/** How much a client may ask for. */
export interface Budget {
	/** Most requests at once. */
	readonly burst: number;
	/** How many of them come back each second. */
	readonly perSecond: number;
}

interface Bucket {
	/** Tokens that are missing. */
	readonly spent: number;
	/** When so many were missing, ms. */
	readonly at: number;
	/** When none will be missing, ms. */
	readonly fullAt: number;
}

/**
 * A bucket of tokens for every network that an address is part of: a request takes one of each, and they come back with time. A
 * wider network has a larger budget, but not that of all addresses in it.
 */
export class AddressBuckets {
	readonly #budget: Budget;
	readonly #now: () => number;
	readonly #buckets: Map<string, Bucket> = new Map();

	/** @param now the clock, ms */
	constructor(budget: Budget, now: () => number) {
		this.#budget = budget;
		this.#now = now;
	}

	/** How many networks are remembered. */
	get size(): number {
		return this.#buckets.size;
	}

	/** Takes a token, if there is one. @returns seconds to wait when a bucket is empty, which takes nothing; otherwise 0 */
	take({ networks }: Pick<Address, "networks">): number {
		const at = this.#now();
		const taken: [string, Bucket][] = [];
		let wait = 0;
		for (const { key, share } of networks) {
			const burst = this.#budget.burst * share;
			const perSecond = this.#budget.perSecond * share;
			const bucket = this.#buckets.get(key) ?? { spent: 0, at };
			const regained = (Math.max(0, at - bucket.at) / 1000) * perSecond;
			const spent = Math.max(0, bucket.spent - regained) + 1;
			if (spent > burst) wait = Math.max(wait, Math.ceil((spent - burst) / perSecond));
			taken.push([key, { spent, at, fullAt: at + (spent / perSecond) * 1000 }]);
		}
		if (wait > 0) return wait;
		makeRoom(this.#buckets, REMEMBERED, ({ fullAt }) => fullAt);
		for (const [key, bucket] of taken) this.#buckets.set(key, bucket);
		return 0;
	}
}

/**
 * Keeps a map small: of a full one, the quarter that is worth least goes. So whoever fills it with entries that are worth little
 * pushes none out that is worth more.
 */
export function makeRoom<Value>(entries: Map<string, Value>, most: number, worth: (value: Value) => number): void {
	if (entries.size < most) return;
	const ranked = [...entries].map(([key, value]) => ({ key, worth: worth(value) })).sort((a, b) => a.worth - b.worth);
	for (const { key } of ranked.slice(0, Math.ceil(most / 4))) entries.delete(key);
}
