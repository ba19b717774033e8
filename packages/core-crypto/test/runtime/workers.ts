import { Worker } from "node:worker_threads";
import { onTestFinished } from "vitest";
import type { CryptoBackend } from "../../src/crypto.js";
import type { WorkerOptions } from "../../src/worker/types.js";
import { createWorkerBackend } from "../../src/worker/worker-backend.js";

/** What runs in the worker. */
export const script = new URL("../../dist/worker/node-worker.js", import.meta.url);
/** To encrypt with. */
export const key = { symmetric: '{"Aes":{"key":"eKpdKXDIjeZt2MHfdvyeQDQ2pmsEvNQOZ+2dfVtVXkA=","key_id":"my-key"}}' };

/** A backend that is closed after the test, and every worker it started. */
export function start(options: WorkerOptions = {}): { crypto: CryptoBackend; workers: Worker[] } {
	const workers: Worker[] = [];
	const factory = (): Worker => {
		const worker = new Worker(script);
		workers.push(worker);
		return worker;
	};
	const crypto = createWorkerBackend({ ...(options.url === undefined && { factory }), ...options });
	onTestFinished(() => crypto.close());
	return { crypto, workers };
}

/** A worker that runs the text as a module. */
export const inline = (code: string): Worker => new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
