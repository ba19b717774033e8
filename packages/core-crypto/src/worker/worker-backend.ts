import { spawner } from "#spawn-worker";
import type { CryptoBackend } from "../crypto.js";
import { InvalidInput } from "../errors.js";
import { type AsyncOperations, type Operations, operationNames } from "../operations/index.js";
import { WorkerPool } from "./pool.js";
import { closed, type Limits, loadFailed, RunningWorker } from "./running-worker.js";
import type { Connection, WorkerOperation, WorkerOptions, WorkerSettings } from "./types.js";

/**
 * A backend that runs everything in workers: Web Workers, in Node worker threads. One starts with `warmUp` or the first call, and again with
 * the next call after it has ended; more of them when calls wait. Long lists of keys are shared out. Workers keep nothing but
 * recently used keys, so no state is lost.
 *
 * Bytes in inputs are copied, bytes in results are moved. Besides what the operations throw, every call throws
 * `WorkerError`: `WORKER_LOAD_FAILED` naming the URL, `WORKER_CRASHED`, `WORKER_TIMEOUT`, `WORKER_CLOSED`.
 */
export function createWorkerBackend(options: WorkerOptions = {}): CryptoBackend {
	const limits: Limits = {
		timeout: duration("timeout", options.timeout ?? 60_000),
		loadTimeout: duration("loadTimeout", options.loadTimeout ?? 10_000),
		idleTimeout: duration("idleTimeout", options.idleTimeout ?? 30_000),
	};
	const settings: WorkerSettings = { argon2: argon2Setting(options.argon2) };
	const most = options.workers ?? Math.min(spawner.cores(), 4);
	if (!Number.isInteger(most) || most < 1) throw new InvalidInput("workers", "must be a positive integer");
	const connect = (): Connection => {
		try {
			return spawner.spawn(options);
		} catch (cause) {
			throw loadFailed(String(options.url ?? "its default location"), cause);
		}
	};
	const pool = new WorkerPool(most, (onStop) => new RunningWorker(connect(), settings, limits, onStop));
	let ended = false;
	const call = async (name: WorkerOperation, input: unknown): Promise<unknown> => {
		if (ended) throw closed();
		return pool.call(name, input);
	};

	return {
		...forwardOperations(call),
		warmUp() {
			if (!ended) pool.warmUp();
		},
		clear: () => pool.clear(),
		async close() {
			ended = true;
			await pool.stop(closed());
		},
	};
}

/** Most that timers can, about 25 days. */
const longest = 2 ** 31 - 1;

/** Milliseconds for a timer. @throws InvalidInput naming the option */
function duration(field: string, milliseconds: number): number {
	if (typeof milliseconds !== "number" || !(milliseconds > 0))
		throw new InvalidInput(field, "must be a positive number");
	return Math.min(milliseconds, longest);
}

/** @throws InvalidInput naming the option */
function argon2Setting(argon2: WorkerSettings["argon2"]): WorkerSettings["argon2"] {
	if (argon2 !== undefined && argon2 !== "wasm") throw new InvalidInput("argon2", 'must be "wasm"');
	return argon2;
}

/** Every operation as a call by its name. */
export function forwardOperations(call: (name: keyof Operations, input: unknown) => Promise<unknown>): AsyncOperations {
	const entries = operationNames.map((name) => [name, (input: unknown) => call(name, input)]);
	return Object.fromEntries(entries) as AsyncOperations;
}
