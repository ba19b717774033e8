import type { CryptoBackend } from "@sentc-ts/core-crypto";
import type { Database } from "../database/database.js";
import { createRotationStep } from "./key-rotation.js";
import { JobRunner } from "./runner.js";

/** What can be asked for. */
export type JobKind = "keyRotation";

/** What the rules may ask of the jobs. */
export type Jobs = Pick<JobRunner<JobKind>, "enqueue" | "nudge">;

interface JobsOptions {
	readonly database: Database;
	/** Where encryption runs: not in the thread that answers requests. */
	readonly backend: Pick<CryptoBackend, "encryptEphemeralKey">;
	readonly newId: () => string;
	readonly now: () => number;
	readonly onError: (error: unknown) => void;
}

/** All jobs of the API. */
export function createJobs({ backend, ...options }: JobsOptions): JobRunner<JobKind> {
	return new JobRunner({ ...options, steps: { keyRotation: createRotationStep(options.database, backend) } });
}
