import { type Endpoint, expose, transfer } from "comlink";
import { createPrimitives } from "#default-primitives";
import { type CryptoBackend, createInThreadBackend } from "../crypto.js";
import type { Primitives } from "../primitives/types.js";
import { buffersOf } from "./buffers.js";
import { describeError } from "./thrown.js";
import type { WorkerSettings } from "./types.js";

/** What the worker exposes. */
export interface WorkerService extends Omit<CryptoBackend, "warmUp" | "close"> {
	/** The first call: tells the worker how to work, and the caller that the script has loaded. */
	ready(settings: WorkerSettings): Promise<true>;
}

export interface Serving {
	/** Default: those of the runtime. */
	primitives?: Primitives;
	/** Takes the settings before the first operation. */
	configure?: (settings: WorkerSettings) => void;
}

/** Exposes the operations to the other end of the endpoint: the same code in every kind of worker. */
export function serveOperations(
	endpoint: Endpoint,
	{ primitives = createPrimitives(), configure }: Serving = {},
): void {
	// Here nothing else waits, so what is native needs no promise.
	const backend = createInThreadBackend({ primitives, webCrypto: !primitives.isNative });
	const { close: _, warmUp: __, ...operations } = backend;
	const ready: WorkerService["ready"] = async (settings) => {
		configure?.(settings);
		return true;
	};
	const service = Object.entries<Run>({ ...operations, ready });
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
