import { spawner } from "#spawn-worker";
import type { AsyncOperations, CryptoBackend } from "../backend.js";
import { operationNames } from "../operations/face.js";
import type { Operations } from "../operations/operations.js";
import { closed, loadFailed, RunningWorker } from "./running-worker.js";
import type { Connection, WorkerOperation, WorkerOptions } from "./types.js";

/**
 * A backend that runs everything in one worker: a Web Worker, in Node a worker thread. It starts with the first call, and
 * again with the next call after it has ended. The worker keeps nothing but recently used keys, so no state is lost.
 *
 * Bytes in inputs are copied, bytes in results are moved. Besides what the operations throw, every call throws
 * `WorkerError`: `WORKER_LOAD_FAILED` naming the URL, `WORKER_CRASHED`, `WORKER_TIMEOUT`, `WORKER_CLOSED`.
 */
export function createWorkerBackend(options: WorkerOptions = {}): CryptoBackend {
	const { timeout = 60_000, loadTimeout = 10_000, idleTimeout = 30_000 } = options;
	const limits = { timeout, loadTimeout, idleTimeout };
	let running: RunningWorker | undefined;
	let ended = false;

	const connect = (): Connection => {
		try {
			return spawner.spawn(options);
		} catch (cause) {
			throw loadFailed(String(options.url ?? "its default location"), cause);
		}
	};
	const start = (): RunningWorker => {
		const worker = new RunningWorker(connect(), limits, () => {
			if (running === worker) running = undefined;
		});
		return worker;
	};
	const call = async (name: WorkerOperation, input: unknown): Promise<unknown> => {
		if (ended) throw closed();
		running ??= start();
		return running.call(name, input);
	};

	return {
		...forwardOperations(call),
		async clear() {
			// When this fails the worker has ended, and its keys with it.
			await running?.call("clear", {}).catch(() => {});
		},
		async close() {
			ended = true;
			await running?.stop(closed());
		},
	};
}

/** Every operation as a call by its name. */
export function forwardOperations(call: (name: keyof Operations, input: unknown) => Promise<unknown>): AsyncOperations {
	const entries = operationNames.map((name) => [name, (input: unknown) => call(name, input)]);
	return Object.fromEntries(entries) as AsyncOperations;
}
