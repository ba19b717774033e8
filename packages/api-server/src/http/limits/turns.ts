/** Attempts that run at a time. */
const AT_ONCE = 8;
/** Attempts that wait for others; with the longest delay by default the last one waits 8 s. */
const WAITING = 16;
/** Networks whose attempts are counted. */
const COUNTED = 1000;

interface Waiting {
	/** Compared from left to right; the smaller one is served first. */
	readonly rank: readonly number[];
	readonly go: (others: number | undefined) => void;
}

/**
 * Lets few attempts run at a time. Of those that wait the next one is that of a network which the owner uses, then that of the
 * network with the fewest attempts so far, the wider network first.
 */
export class Turns {
	#running = 0;
	#waiting: Waiting[] = [];
	readonly #made: Map<string, number> = new Map();

	get running(): number {
		return this.#running;
	}

	/**
	 * Waits for a turn, which {@link end} has to end.
	 *
	 * @param networks of the address, from the narrowest to the widest
	 * @param home whether the owner uses this network
	 * @returns how many others run now; `undefined` = no turn: too many wait that come before
	 */
	async take(networks: readonly string[], home: boolean): Promise<number | undefined> {
		const made = networks.toReversed().map((network) => this.#count(network));
		if (this.#running < AT_ONCE) return this.#running++;
		return new Promise((go) => {
			this.#waiting.push({ rank: [home ? 0 : 1, ...made], go });
			// Stable: of equal ones the older comes first.
			this.#waiting.sort((a, b) => compare(a.rank, b.rank));
			if (this.#waiting.length > WAITING) this.#waiting.pop()?.go(undefined);
		});
	}

	/** Gives the turn to who is next. */
	end(): void {
		const next = this.#waiting.shift();
		if (next === undefined) this.#running--;
		else next.go(this.#running - 1);
	}

	/** Counts from the start again. */
	forget(): void {
		this.#made.clear();
	}

	/** Attempts of the network before this one. */
	#count(network: string): number {
		const made = this.#made.get(network) ?? 0;
		this.#made.delete(network);
		this.#made.set(network, made + 1);
		const [oldest] = this.#made.keys();
		if (this.#made.size > COUNTED && oldest !== undefined) this.#made.delete(oldest);
		return made;
	}
}

function compare(a: readonly number[], b: readonly number[]): number {
	for (let index = 0; index < Math.max(a.length, b.length); index++) {
		const difference = (a[index] ?? 0) - (b[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
