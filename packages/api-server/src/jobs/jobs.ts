import type { Database } from "../database/database.js";
import { jobExists } from "../database/repositories/jobs.js";
import { createRotationStep, type RotationCrypto } from "./key-rotation.js";
import { JobRunner, type JobStep } from "./runner.js";

/** How long the log may keep what was overwritten while one rotation follows the other, ms. */
const LONGEST_FULL_LOG = 60_000;

/** What can be asked for. */
export type JobKind = "keyRotation" | "emptyLog";

/** What the rules may ask of the jobs. */
export type Jobs = Pick<JobRunner<JobKind>, "enqueue" | "nudge">;

interface JobsOptions extends RotationCrypto {
	readonly database: Database;
	readonly newId: () => string;
	readonly now: () => number;
	readonly onError: (error: unknown) => void;
}

/** All jobs of the API. */
export function createJobs({ crypto, backend, ...options }: JobsOptions): JobRunner<JobKind> {
	const keyRotation = createRotationStep(options.database, { crypto, backend });
	const emptyLog = createEmptyLogStep(options);
	return new JobRunner<JobKind>({
		...options,
		steps: { keyRotation, emptyLog },
		followUps: { keyRotation: "emptyLog" },
	});
}

/**
 * After a rotation the log of the database still has the key that it was sealed with. While others go on, the end of the last one
 * is soon enough, but nobody can put it off by rotating without end.
 */
function createEmptyLogStep({ database, now }: Pick<JobsOptions, "database" | "now">): JobStep {
	let emptiedAt = now();
	return async () => {
		const otherFollows = await jobExists(database.reads, "keyRotation");
		if (otherFollows && now() - emptiedAt < LONGEST_FULL_LOG) return "done";
		if (!(await database.emptyLog())) return "later";
		emptiedAt = now();
		return "done";
	};
}
