import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { type Address, makeRoom } from "@sentc-ts/transport/limits";
import { Failure } from "../../failure.js";
import { Lru } from "../../lru.js";
import { Turns } from "./turns.js";

const REMEMBERED = 10_000;
/** First delay, ms; it doubles with each further failure. */
const FIRST_DELAY = 250;
/** How long after the last failure all are forgotten, ms. */
const MEMORY = 15 * 60_000;
/** Networks in which an owner has logged in, of each subject. */
const HOMES = 4;

interface Attempts {
	/** Refused since the last login. */
	failures: number;
	/** Or the first attempt, ms. */
	lastFailureAt: number;
	/** Not answered yet: those that run count like failures, so that many at once are not all free. */
	readonly turns: Turns;
}

interface SlowDownOptions {
	/** Failures that delay nothing. */
	readonly freeFailures: number;
	/** ms */
	readonly longestDelay: number;
	readonly now: () => number;
	readonly wait: (ms: number) => Promise<void>;
}

interface AttemptOptions {
	/** Where it comes from, if that is known. */
	readonly address: Address | undefined;
	/** Whether its success forgets earlier failures. */
	readonly completes: boolean;
}

/**
 * Delays attempts after failed ones for the same subject: right or wrong, known or unknown subject, so that the delay tells
 * nothing. Few run at a time, so the delays bound what many addresses together can guess. Who waits for a turn is served before
 * those whose network has tried more often, and first of all in a network where the owner has logged in before: an attacker can
 * make the owner wait, by a few seconds, but not keep them out.
 */
export class SlowDown {
	readonly #options: SlowDownOptions;
	readonly #subjects: Map<string, Attempts> = new Map();
	readonly #homes: Lru<readonly string[]> = new Lru(REMEMBERED);

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
	 * @throws Failure 429 when too many wait
	 */
	async attempt<Result>(
		subject: string,
		{ address, completes }: AttemptOptions,
		work: () => Promise<Result>,
	): Promise<Result> {
		const { longestDelay, now, wait } = this.#options;
		const attempts = this.#attemptsFor(subject);
		const networks = address?.networks.map(({ key }) => key) ?? [""];
		const widest = networks.at(-1) ?? "";
		const homes = this.#homes.get(subject) ?? [];
		const { turns } = attempts;
		const others = await turns.take(networks, homes.includes(widest));
		if (others === undefined) {
			throw new Failure(SERVER_ERRORS.TOO_MANY_REQUESTS, Math.max(1, Math.ceil(longestDelay / 1000)));
		}
		const delay = this.#delay(attempts.failures + others);
		try {
			if (delay > 0) await wait(delay);
			const result = await work();
			if (completes) {
				attempts.failures = 0;
				if (widest !== "")
					this.#homes.set(subject, [widest, ...homes.filter((home) => home !== widest)].slice(0, HOMES));
			}
			return result;
		} catch (error) {
			if (error instanceof Failure) {
				attempts.failures++;
				attempts.lastFailureAt = now();
			}
			throw error;
		} finally {
			turns.end();
		}
	}

	#attemptsFor(subject: string): Attempts {
		const known = this.#subjects.get(subject);
		if (known !== undefined) {
			if (this.#isOver(known)) {
				known.failures = 0;
				known.turns.forget();
			}
			return known;
		}
		makeRoom(this.#subjects, REMEMBERED, (attempts) => this.#worth(attempts));
		const attempts = { failures: 0, lastFailureAt: this.#options.now(), turns: new Turns() };
		this.#subjects.set(subject, attempts);
		return attempts;
	}

	/** Failures of others don't push out those that delay the most, and nothing an attempt that runs. */
	#worth(attempts: Attempts): number {
		if (attempts.turns.running > 0) return Number.POSITIVE_INFINITY;
		return this.#isOver(attempts) ? 0 : attempts.failures;
	}

	#isOver({ lastFailureAt }: Attempts): boolean {
		return this.#options.now() - lastFailureAt > MEMORY;
	}

	#delay(failures: number): number {
		const { freeFailures, longestDelay } = this.#options;
		return failures < freeFailures ? 0 : Math.min(FIRST_DELAY * 2 ** (failures - freeFailures), longestDelay);
	}
}
