import { spawner } from "#spawn-worker";
import { type CryptoBackend, createInThreadBackend } from "../crypto.js";
import { WorkerError } from "../errors.js";
import type { AsyncOperations, Operations } from "../operations/index.js";
import { createPlacement } from "./placement.js";
import { closed } from "./running-worker.js";
import { textsAsBytes } from "./texts.js";
import { Turns } from "./turns.js";
import type { WorkerOptions } from "./types.js";
import { createWorkerBackend, forwardOperations } from "./worker-backend.js";

/**
 * Everything where it costs least (`placement.ts`): content by a symmetric key without signatures, short content that is verified, a few keys of a group,
 * search, order, safety numbers and made-up names in this thread, in which native code or little work keeps nobody waiting; all else in workers
 * where the runtime has them.
 *
 * All in this thread, after one `console.warn`: when the browser refuses the worker's script because its origin is not the page's,
 * and when the script is not at its default location, because a bundler left it out. A `url` or `factory` that does not
 * load is an error.
 */
export function createDefaultBackend(options: WorkerOptions = {}): CryptoBackend {
	const here = createInThreadBackend();
	const workers = spawner.available() ? createWorkerBackend(options) : undefined;
	const chosen = options.url !== undefined || options.factory !== undefined;
	const placeOf = createPlacement();
	const turns = new Turns();
	let noWorker = workers === undefined;
	let ended = false;

	const warn = ({ errorMessage, cause }: WorkerError): void => {
		if (!noWorker) console.warn(`${errorMessage}: cryptography runs in the main thread and may block it.`, cause);
		noWorker = true;
	};
	const runHere = (name: keyof Operations, input: unknown): Promise<unknown> =>
		turns.run(() => (ended ? Promise.reject(closed()) : run(here, name, input)));
	const inWorker = forwardOperations(async (name, input) => {
		if (workers === undefined || noWorker) return runHere(name, input);
		try {
			return await run(workers, name, input);
		} catch (error) {
			if (!isLoadFailure(error) || (chosen && !isSecurityError(error.cause))) throw error;
			warn(error);
			return runHere(name, input);
		}
	});
	const placed = forwardOperations((name, input) => {
		const place = placeOf(name, input);
		if (place === "here") return runHere(name, input);
		return run(place === "worker" ? inWorker : asBytes, name, input);
	});
	const asBytes: AsyncOperations = { ...inWorker, ...textsAsBytes(placed, inWorker) };

	return {
		...placed,
		warmUp() {
			if (!noWorker) workers?.warmUp();
		},
		async clear() {
			await Promise.all([turns.run(here.clear), workers?.clear()]);
		},
		async close() {
			ended = true;
			await Promise.all([here.close(), workers?.close()]);
		},
	};
}

function run(operations: AsyncOperations, name: keyof Operations, input: unknown): Promise<unknown> {
	return (operations[name] as (input: unknown) => Promise<unknown>)(input);
}

function isLoadFailure(error: unknown): error is WorkerError {
	return error instanceof WorkerError && error.code === "WORKER_LOAD_FAILED";
}

function isSecurityError(cause: unknown): boolean {
	return cause instanceof Error && cause.name === "SecurityError";
}
