/** The clock of an API: it stands still or runs, and tests move it. */
export class Clock {
	#shift = 0;
	readonly #base: () => number;

	private constructor(base: () => number) {
		this.#base = base;
	}

	/** Only moves when a test says so. */
	static standing(ms = 1_700_000_000_000): Clock {
		return new Clock(() => ms);
	}

	/** Goes on like this machine's. */
	static running(): Clock {
		return new Clock(() => Date.now());
	}

	/** ms since the epoch */
	readonly now = (): number => this.#base() + this.#shift;

	/** @param ms negative: back */
	advance(ms: number): void {
		this.#shift += ms;
	}

	/** @param ms how far it is ahead of where it would be if nobody had moved it */
	shift(ms: number): void {
		this.#shift = ms;
	}
}

/** A JWT that the API issues with its clock shifted by this is about to expire: 10 s are left of 5 min. */
const ALMOST_EXPIRED = -(5 * 60 - 10) * 1000;

/** Everything that logs in meanwhile has a JWT that is about to expire. */
export async function withExpiringJwt<T>({ clock }: { readonly clock: Clock }, run: () => Promise<T>): Promise<T> {
	clock.shift(ALMOST_EXPIRED);
	try {
		return await run();
	} finally {
		clock.shift(0);
	}
}
