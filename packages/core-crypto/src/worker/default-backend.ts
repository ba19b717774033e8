import { spawner } from "#spawn-worker";
import { type CryptoBackend, createInThreadBackend } from "../crypto.js";
import { WorkerError } from "../errors.js";
import type { WorkerOptions } from "./types.js";
import { createWorkerBackend, forwardOperations } from "./worker-backend.js";

/**
 * A worker where the runtime has them, else this thread.
 *
 * Also in this thread, after one `console.warn`: when the browser refuses the script because its origin is not the page's,
 * and when the script is not at its default location, because a bundler left it out. A `url` or `factory` that does not
 * load is an error.
 */
export function createDefaultBackend(options: WorkerOptions = {}): CryptoBackend {
	if (!spawner.available()) return createInThreadBackend();
	const chosen = options.url !== undefined || options.factory !== undefined;
	let backend = createWorkerBackend(options);
	let inThread = false;

	const fallBack = (error: WorkerError): void => {
		if (inThread) return;
		inThread = true;
		console.warn(`${error.errorMessage}: cryptography runs in the main thread and may block it.`, error.cause);
		backend = createInThreadBackend();
	};
	return {
		...forwardOperations(async (name, input) => {
			const run = backend[name] as (input: unknown) => Promise<unknown>;
			try {
				return await run(input);
			} catch (error) {
				if (!isLoadFailure(error) || (chosen && !isSecurityError(error.cause))) throw error;
				fallBack(error);
				return (backend[name] as (input: unknown) => Promise<unknown>)(input);
			}
		}),
		clear: () => backend.clear(),
		close: () => backend.close(),
	};
}

function isLoadFailure(error: unknown): error is WorkerError {
	return error instanceof WorkerError && error.code === "WORKER_LOAD_FAILED";
}

function isSecurityError(cause: unknown): boolean {
	return cause instanceof Error && cause.name === "SecurityError";
}
