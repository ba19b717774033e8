import { Failure } from "../../failure.js";
import { Lru } from "../../lru.js";

const REMEMBERED = 10_000;
/** First delay, ms; it doubles with each further failure. */
const FIRST_DELAY = 250;
/** How long after the last failure all are forgotten, ms. */
const MEMORY = 15 * 60_000;

interface Attempts {
	/** Refused since the last login. */
	failures: number;
	/** Not answered yet: they count like failures, so that many at once are not all free. */
	running: number;
	lastFailureAt: number;
}

interface SlowDownOptions {
	/** Failures that delay nothing. */
	readonly freeFailures: number;
	/** ms */
	readonly longestDelay: number;
	readonly now: () => number;
	readonly wait: (ms: number) => Promise<void>;
}

/**
 * Delays attempts after failed ones for the same subject: right or wrong, known or unknown subject, so that the delay
 * tells nothing. No attempt is refused: an attacker can make the owner wait, by a few seconds, but not keep them out. Nor
 * do delays bound how many attempts run side by side: that is up to the limit of each address.
 */
export class SlowDown {
	readonly #options: SlowDownOptions;
	readonly #subjects: Lru<Attempts> = new Lru(REMEMBERED);

	constructor(options: SlowDownOptions) {
		this.#options = options;
	}

	/** How many subjects are remembered. */
	get size(): number {
		return this.#subjects.size;
	}

	/**
	 * Makes an attempt; a {@link Failure} of it counts as a failure.
	 *
	 * @param completes whether its success forgets earlier failures
	 */
	async attempt<Result>(subject: string, completes: boolean, work: () => Promise<Result>): Promise<Result> {
		const { now, wait } = this.#options;
		const attempts = this.#attemptsFor(subject);
		const delay = this.#delay(attempts.failures + attempts.running);
		attempts.running++;
		try {
			if (delay > 0) await wait(delay);
			const result = await work();
			if (completes) attempts.failures = 0;
			return result;
		} catch (error) {
			if (error instanceof Failure) {
				attempts.failures++;
				attempts.lastFailureAt = now();
			}
			throw error;
		} finally {
			attempts.running--;
		}
	}

	#attemptsFor(subject: string): Attempts {
		const known = this.#subjects.get(subject);
		const attempts = known ?? { failures: 0, running: 0, lastFailureAt: 0 };
		if (this.#options.now() - attempts.lastFailureAt > MEMORY) attempts.failures = 0;
		if (known === undefined) this.#subjects.set(subject, attempts);
		return attempts;
	}

	#delay(failures: number): number {
		const { freeFailures, longestDelay } = this.#options;
		return failures < freeFailures ? 0 : Math.min(FIRST_DELAY * 2 ** (failures - freeFailures), longestDelay);
	}
}
