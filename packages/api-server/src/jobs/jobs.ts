import type { Database } from "../database/database.js";
import { createRotationStep, type RotationCrypto } from "./key-rotation.js";
import { JobRunner } from "./runner.js";

/** What can be asked for. */
export type JobKind = "keyRotation";

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
	return new JobRunner({ ...options, steps: { keyRotation } });
}
