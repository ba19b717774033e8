import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

const entry = createRequire(import.meta.url).resolve("@sentc-ts/core-crypto");
/** What runs in the worker of the cryptography. */
export const script = new URL("worker/node-worker.js", pathToFileURL(entry));

/** A factory, and the workers it made. */
export function factoryOf(): { factory: () => Worker; workers: Worker[] } {
	const workers: Worker[] = [];
	const factory = (): Worker => {
		const worker = new Worker(script);
		workers.push(worker);
		return worker;
	};
	return { factory, workers };
}

/** Whether a worker starts while the function runs. */
export async function startsWorker(run: () => Promise<unknown>): Promise<boolean> {
	let started = false;
	const note = (): void => {
		started = true;
	};
	process.on("worker", note);
	try {
		await run();
	} finally {
		process.off("worker", note);
	}
	return started;
}
