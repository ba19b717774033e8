import { type Endpoint, expose, transfer } from "comlink";
import { createPrimitives } from "#default-primitives";
import { type CryptoBackend, createInThreadBackend } from "../crypto.js";
import { buffersOf } from "./buffers.js";
import { describeError } from "./thrown.js";

/** What the worker exposes. */
export interface WorkerService extends Omit<CryptoBackend, "close"> {
	/** The first call: tells that the script has loaded. */
	ready(): Promise<true>;
}

/** Exposes the operations to the other end of the endpoint: the same code in every kind of worker. */
export function serveOperations(endpoint: Endpoint): void {
	const primitives = createPrimitives();
	// Here nothing else waits, so what is native needs no promise.
	const { close: _, ...operations } = createInThreadBackend({ primitives, webCrypto: !primitives.hasNativeAes });
	const service = Object.entries<Run>({ ...operations, ready: async () => true });
	expose(Object.fromEntries(service.map(([name, run]) => [name, served(run)])), endpoint);
}

type Run = (input: never) => Promise<unknown>;

/** Moves the bytes of the result, and throws what can be sent. */
function served(run: Run): Run {
	return async (input) => {
		try {
			const value = await run(input);
			const buffers = buffersOf(value);
			return buffers.length > 0 ? transfer(value, buffers) : value;
		} catch (error) {
			throw describeError(error);
		}
	};
}
