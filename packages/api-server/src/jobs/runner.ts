import { randomUUID } from "node:crypto";
import type { Database, Writes } from "../database/database.js";
import {
	deleteJob,
	insertJob,
	type JobRow,
	jobIsDue,
	LONGEST_WAIT,
	leaseJob,
	releaseJob,
} from "../database/repositories/jobs.js";

/** How long a step may take before another process may repeat it, ms. */
export const LEASE: number = 30_000;
/** How many jobs are worked on side by side: one that waits for its encryption must not keep the next one from its start. */
const LANES = 4;
/** After so many users (or groups) the next round begins, whoever had no turn: more than a query may name costs too much. */
const LONGEST_ROUND = 500;
/** How often to look for jobs of processes that have ended, ms. */
const POLL_INTERVAL = 5000;
/** Wait of what can't go on now, and after the first failure, ms; it doubles with each further one. */
const FIRST_DELAY = 1000;

/** What became of a job: `more` = it is not finished, `later` = nor can it go on now. */
type Outcome = "done" | "more" | "later";
/**
 * Works on a subject for a bounded time. The process may end at any line, and then the step is repeated: what was written
 * already must not be written twice, so each step finds out what is left to do.
 */
export type JobStep = (subjectId: string) => Promise<Outcome>;

interface JobRunnerOptions<Kind extends string> {
	readonly database: Database;
	readonly steps: Readonly<Record<Kind, JobStep>>;
	/** Kinds whose end asks for a job of another kind, one for all subjects together. */
	readonly followUps?: Readonly<Partial<Record<Kind, Kind>>>;
	readonly newId: () => string;
	/** The clock, ms. */
	readonly now: () => number;
	/** Hears of every failed step. */
	readonly onError: (error: unknown) => void;
}

/** Works on the jobs of the database, a few side by side, a step of each in turn. Several processes may do so at once. */
export class JobRunner<Kind extends string> {
	readonly #options: JobRunnerOptions<Kind>;
	readonly #lanes: Set<Promise<void>> = new Set();
	/** Whose jobs had a step in this round: many jobs of one user must not keep others waiting. */
	readonly #served: Set<string> = new Set();
	/** Lanes that will look once more for work. */
	#open = 0;
	#timer: ReturnType<typeof setInterval> | undefined;
	#nudged = false;
	#stopped = false;

	constructor(options: JobRunnerOptions<Kind>) {
		this.#options = options;
	}

	/** Asks for work as part of a transaction; to be followed by {@link JobRunner.nudge} after its commit. */
	async enqueue(db: Writes, kind: Kind, subjectId: string): Promise<void> {
		const { newId, now } = this.#options;
		await insertJob(db, { id: newId(), kind, subjectId, now: now() });
	}

	/** From now on works on what is there, on what comes, and on what other processes leave behind. */
	start(): void {
		this.#timer = setInterval(() => this.nudge(), POLL_INTERVAL);
		this.#timer.unref();
		this.nudge();
	}

	/** There may be work: it begins in this turn of the event loop, unless all lanes are busy. */
	nudge(): void {
		if (this.#timer !== undefined) this.#openLane();
	}

	/** Works until no job is due and every step has ended. Never rejects. */
	async run(): Promise<void> {
		this.#openLane();
		while (this.#lanes.size > 0) await Promise.all(this.#lanes);
	}

	/** Ends after the current steps. */
	async stop(): Promise<void> {
		this.#stopped = true;
		clearInterval(this.#timer);
		await Promise.all(this.#lanes);
	}

	#openLane(): void {
		this.#nudged = true;
		if (this.#open >= LANES) return;
		const lane = this.#work().finally(() => this.#lanes.delete(lane));
		this.#lanes.add(lane);
	}

	async #work(): Promise<void> {
		this.#open++;
		try {
			while (this.#nudged && !this.#stopped) {
				this.#nudged = false;
				while (!this.#stopped && (await this.#runNext()));
			}
		} catch (error) {
			// The database is locked or gone; the lease of a job that could not be settled runs out.
			if (!this.#stopped) this.#options.onError(error);
		} finally {
			// In the same turn as the last look: who nudges from now on opens another lane.
			this.#open--;
		}
	}

	async #runNext(): Promise<boolean> {
		const job = await this.#lease();
		if (job === undefined) return false;
		try {
			const outcome = await this.#options.steps[job.kind as Kind](job.subjectId);
			await this.#settle(job, outcome);
		} catch (error) {
			await this.#fail(job, error);
		}
		return true;
	}

	async #lease(): Promise<JobRow | undefined> {
		const { database, steps, now } = this.#options;
		const kinds = Object.keys(steps);
		if (!(await jobIsDue(database.reads, kinds, now()))) return undefined;
		const lease = { kinds, owner: randomUUID(), now: now(), leasedUntil: now() + LEASE };
		const job = await database.transaction(async (db) => {
			const next = await leaseJob(db, { ...lease, served: this.#served });
			if (next !== undefined) return next;
			this.#served.clear();
			return leaseJob(db, { ...lease, served: this.#served });
		}, "now");
		if (this.#served.size >= LONGEST_ROUND) this.#served.clear();
		if (job !== undefined) this.#served.add(job.groupId);
		return job;
	}

	async #settle(job: JobRow, outcome: Outcome): Promise<void> {
		const { database, now, followUps } = this.#options;
		const followUp = followUps?.[job.kind as Kind];
		const runAt = outcome === "later" ? now() + FIRST_DELAY : now();
		await database.transaction(async (db) => {
			if (outcome === "done") {
				await deleteJob(db, job);
				if (followUp !== undefined) await this.enqueue(db, followUp, followUp);
			}
			await releaseJob(db, job, { runAt, attempts: 0, lastError: null });
		});
	}

	async #fail(job: JobRow, error: unknown): Promise<void> {
		const { database, now, onError } = this.#options;
		if (this.#stopped) return database.transaction((db) => releaseJob(db, job, {}));
		onError(error);
		const delay = Math.min(FIRST_DELAY * 2 ** job.attempts, LONGEST_WAIT);
		const failure = { runAt: now() + delay, attempts: job.attempts + 1, lastError: describe(error) };
		await database.transaction((db) => releaseJob(db, job, failure));
	}
}

/** Never the message: it could hold what the step worked on. */
function describe(error: unknown): string {
	if (!(error instanceof Error)) return typeof error;
	return "code" in error ? `${error.name} ${error.code}` : error.name;
}
