import type { Platform } from "../primitives/types.js";

/** The call of a primitive: answers at once, or as a promise where it is WebCrypto's. */
export type Job = (platform: Platform) => unknown;

/** A computation that leaves its calls of primitives to whoever runs it, synchronously or not. */
export type Op<T> = Generator<Job, T, unknown>;

/** Calls a primitive. @throws what that throws */
export function* call<T>(job: (platform: Platform) => T | Promise<T>): Op<T> {
	return (yield job) as T;
}

/** The result for each item, one after the other. */
export function* each<Item, T>(items: Iterable<Item>, op: (item: Item) => Op<T>): Op<T[]> {
	const results: T[] = [];
	for (const item of items) results.push(yield* op(item));
	return results;
}

export const randomBytes = (length: number): Op<Uint8Array> => call((platform) => platform.randomBytes(length));

export const sha256 = (data: Uint8Array): Op<Uint8Array> => call((platform) => platform.sha256(data));
