import type { Database } from "../database/database.js";
import { jobExists } from "../database/repositories/jobs.js";
import { createRotationStep, type RotationCrypto } from "./key-rotation.js";
import { JobRunner } from "./runner.js";

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
	const { database } = options;
	const keyRotation = createRotationStep(database, { crypto, backend });
	// The log of the database still has the key that a rotation was sealed with. The last one of several is enough.
	const emptyLog = async () => {
		if (await jobExists(database.reads, "keyRotation")) return "done";
		return (await database.emptyLog()) ? "done" : "later";
	};
	return new JobRunner<JobKind>({
		...options,
		steps: { keyRotation, emptyLog },
		followUps: { keyRotation: "emptyLog" },
	});
}
