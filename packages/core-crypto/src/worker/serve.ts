import { type Endpoint, expose, transfer } from "comlink";
import { createInThreadBackend } from "../crypto.js";
import { type Answer, describeError } from "./answer.js";
import { buffersOf } from "./buffers.js";
import type { WorkerOperation } from "./types.js";

/** What the worker answers. */
export interface WorkerService {
	/** The first call: tells that the script has loaded. */
	ready(): true;
	call(name: WorkerOperation, input: unknown): Promise<Answer>;
}

/** Runs the operations for the other end of the endpoint: the same code in every kind of worker. */
export function serveOperations(endpoint: Endpoint): void {
	const operations = createInThreadBackend();
	const service: WorkerService = {
		ready: () => true,
		async call(name, input) {
			try {
				const run = operations[name] as (input: unknown) => Promise<unknown>;
				const value = await run(input);
				return transfer<Answer>({ ok: true, value }, buffersOf(value));
			} catch (error) {
				return { ok: false, error: describeError(error) };
			}
		},
	};
	expose(service, endpoint);
}
