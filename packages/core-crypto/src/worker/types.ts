import type { Endpoint } from "comlink";
import type { CryptoBackend } from "../crypto.js";

/** What a worker can be asked for. */
export type WorkerOperation = Exclude<keyof CryptoBackend, "warmUp" | "close">;

/** The parts of a `Worker` of `node:worker_threads` that are used. */
export interface NodeWorker {
	postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
	on(event: string, listener: (value: unknown) => void): unknown;
	off(event: string, listener: (value: unknown) => void): unknown;
	ref(): void;
	unref(): void;
	terminate(): Promise<number>;
}

/** How a worker works, whatever its kind. */
export interface WorkerSettings {
	/**
	 * `"wasm"` = in a page, the worker runs Argon2id by WebAssembly, about three times as fast. The policy of the worker's script must allow
	 * it, by `'wasm-unsafe-eval'` in `script-src`: otherwise the browser reports the attempt, and the worker warns and goes on in TypeScript,
	 * as it does without this option. Node always takes what is fastest.
	 */
	argon2?: "wasm" | undefined;
}

/** Where the worker comes from, how it works and how long to wait for it. */
export interface WorkerOptions extends WorkerSettings {
	/**
	 * Where the worker's script is, for pages without a bundler. Default: beside this package's code, where Node finds it
	 * and bundlers put it.
	 */
	url?: string | URL | undefined;
	/** Makes the worker, for everything that `url` can't say. In Node a `Worker` of `node:worker_threads`. */
	factory?: (() => Worker | NodeWorker) | undefined;
	/** The worker is ended when calls wait and no answer came for this time, ms. Default 60 000. */
	timeout?: number | undefined;
	/** How long the script may take to load, ms. Default 10 000. */
	loadTimeout?: number | undefined;
	/** How many workers there may be: the first starts with `warmUp` or the first call, others when many wait. Default: one per core, at most 4. */
	workers?: number | undefined;
	/** A worker without calls is ended after this time, ms; the next call starts another. Default 30 000. */
	idleTimeout?: number | undefined;
}

/** One worker, whatever its kind. */
export interface Connection {
	readonly endpoint: Endpoint;
	/** Where the script comes from, for error messages. */
	readonly source: string;
	/** Calls the listener when the worker fails or ends, maybe several times. */
	onFailure(listener: (cause: unknown) => void): void;
	/** In Node: while held, the worker keeps the process running. */
	hold(): void;
	release(): void;
	terminate(): Promise<void>;
}

/** Starts workers of the kind that the runtime has. */
export interface Spawner {
	readonly runtime: "node" | "web";
	/** Does this runtime have workers at all? */
	available(): boolean;
	/** Of the processor. */
	cores(): number;
	/** @throws what the runtime throws, for example a `SecurityError` for a script of another origin */
	spawn(options: WorkerOptions): Connection;
}
