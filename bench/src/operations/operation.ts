import type { AsyncOperations, CryptoBackend, Operations, SyncCrypto } from "@sentc-ts/core-crypto";
import type { Reference } from "@sentc-ts/interop/reference";
import type { Answers } from "./stub.js";

/** What ours may take at most, as a share of what the reference client takes. */
export interface Goal {
	readonly node?: number;
	readonly chromium?: number;
}

/**
 * How ours is called: `async` as apps do with `await`, in a worker where the work is worth it; `wasm` the same with the option by which Argon2id
 * runs in WebAssembly; `sync` without a promise; `pure` the TypeScript that is there for every runtime, and nothing of the platform.
 */
export type Way = "async" | "wasm" | "sync" | "pure";

/** Has the way a promise, and workers? */
export const hasWorkers = (way: Way): boolean => way === "async" || way === "wasm";

/** How a runtime derives keys from passwords when nothing is chosen. */
export type Argon2 = "native" | "wasm" | "typescript";

export interface Side {
	readonly way: Way;
	readonly goal?: Goal;
	run(): unknown;
}

/** The same thing, done by both. */
export interface Operation {
	readonly name: string;
	readonly ours: readonly Side[];
	reference(): unknown;
}

/** Both sides, ready to be called. */
export interface Tools {
	readonly crypto: SyncCrypto;
	readonly backend: CryptoBackend;
	/** With `argon2: "wasm"`. */
	readonly wasm: CryptoBackend;
	readonly pure: CryptoBackend;
	readonly reference: Reference;
	/** What the stub answers the reference client. */
	readonly stub: Answers;
}

export interface Ways {
	/** What a goal is said for, each way. */
	readonly goals?: Partial<Readonly<Record<Way, Goal>>>;
	/** Default: with a promise and without. */
	readonly ways?: readonly Way[];
}

/** One operation of core-crypto in several ways: all of them have it under the same name. */
export function sidesOf<Name extends keyof Operations>(
	{ crypto, backend, wasm, pure }: Tools,
	name: Name,
	input: () => Parameters<Operations[Name]>[0],
	{ goals = {}, ways = ["async", "sync"] }: Ways = {},
): Side[] {
	const tables = { async: backend, wasm, sync: crypto, pure } satisfies Record<Way, Operations | AsyncOperations>;
	return ways.map((way) => {
		const run = tables[way][name] as (input: unknown) => unknown;
		return { way, ...(goals[way] && { goal: goals[way] }), run: () => run(input()) };
	});
}
