import { join } from "node:path";
import { Clock } from "@sentc-ts/test-world";
import { onTestFinished } from "vitest";
import { openDatabase } from "../../src/database/database.js";
import { generateRootKey } from "../../src/index.js";
import { JobRunner, type JobStep } from "../../src/jobs/runner.js";
import { temporaryFolder } from "../support/api.js";
import { rows } from "../support/database.js";

/** Runners on one database, each like one of another process. */
export async function jobs() {
	const file = join(temporaryFolder(), "sentc.db");
	const rootKey = generateRootKey();
	const clock = Clock.standing();
	const errors: unknown[] = [];
	let ids = 0;
	const runner = async (step: JobStep, kind = "work") => {
		const database = await openDatabase(file, rootKey);
		onTestFinished(() => database.close());
		const options = { database, now: clock.now, newId: () => `id ${ids++}`, steps: { [kind]: step } };
		const worker = new JobRunner({ ...options, onError: (error) => errors.push(error) });
		const enqueue = (subject: string) => database.transaction((db) => worker.enqueue(db, kind, subject));
		return { worker, enqueue, database };
	};
	return { runner, clock, errors, table: () => rows({ database: file }, "jobs") };
}
