import type { Database } from "../database/database.js";
import { jobExists } from "../database/repositories/jobs.js";
import { listForgottenRemovals } from "../database/repositories/part-removals.js";
import type { PartStorage } from "../files/storage.js";
import { createRotationStep, type RotationCrypto } from "./key-rotation.js";
import { createAnnouncementStep, createRemovalStep } from "./part-removal.js";
import { JobRunner, type JobStep } from "./runner.js";

/** How long the log may keep what was overwritten while one rotation follows the other, ms. */
const LONGEST_FULL_LOG = 60_000;

/** What can be asked for. */
export type JobKind = "keyRotation" | "emptyLog";

/** What is done for deleted parts of files. */
export type FileJobKind = "removeParts" | "announceParts";

/** What the rules may ask of the jobs. */
export type Jobs = Pick<JobRunner<JobKind>, "enqueue" | "nudge">;
export type FileJobs = Pick<JobRunner<FileJobKind>, "enqueue" | "nudge">;

interface RunnerOptions {
	readonly database: Database;
	readonly newId: () => string;
	readonly now: () => number;
	readonly onError: (error: unknown) => void;
}
type JobsOptions = RunnerOptions & RotationCrypto;

/** The jobs of keys. */
export function createJobs({ crypto, backend, ...options }: JobsOptions): JobRunner<JobKind> {
	const keyRotation = createRotationStep(options.database, { crypto, backend });
	const emptyLog = createEmptyLogStep(options);
	return new JobRunner<JobKind>({
		...options,
		steps: { keyRotation, emptyLog },
		followUps: { keyRotation: "emptyLog" },
	});
}

/** The jobs of files. They have lanes of their own: own backends that don't answer must not keep rotations waiting. */
export function createFileJobs(options: RunnerOptions & { readonly storage: PartStorage | undefined }) {
	const steps = { removeParts: createRemovalStep(options), announceParts: createAnnouncementStep(options) };
	return new JobRunner<FileJobKind>({ ...options, steps });
}

/** Asks for jobs where something is due for which there is none: an upload that broke off, or an own backend that was gone. */
export async function enqueueForgottenRemovals(database: Database, jobs: FileJobs, now: () => number): Promise<void> {
	const kindOf = (external: boolean): FileJobKind => (external ? "announceParts" : "removeParts");
	const forgotten = await listForgottenRemovals(database.reads, kindOf, now());
	if (forgotten.length === 0) return;
	await database.transaction(async (db) => {
		for (const { appId, external } of forgotten) await jobs.enqueue(db, kindOf(external), appId);
	});
	jobs.nudge();
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
