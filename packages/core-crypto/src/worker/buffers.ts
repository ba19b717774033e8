import { transfer } from "comlink";

/**
 * The memory of a result, to be moved to another thread. Bytes are found in the result itself and in its members, which is
 * where operations have them.
 */
export function buffersOf(result: unknown): ArrayBuffer[] {
	const buffers = new Set<ArrayBuffer>();
	for (const value of [result, ...members(result)]) {
		if (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
	}
	return [...buffers];
}

/**
 * An input whose bytes stay with the caller: exactly the bytes in view are copied, not the whole buffer behind them, and
 * the copy is moved.
 */
export function copyInput(input: unknown): unknown {
	const bytes = Object.entries(input ?? {}).filter(isBytesMember);
	if (typeof input !== "object" || bytes.length === 0) return input;
	const copies = bytes.map(([name, member]) => [name, new Uint8Array(member)] as const);
	return transfer(
		{ ...input, ...Object.fromEntries(copies) },
		copies.map(([, copy]) => copy.buffer),
	);
}

function members(value: unknown): unknown[] {
	return typeof value === "object" && value !== null && !(value instanceof Uint8Array) ? Object.values(value) : [];
}

function isBytesMember(entry: [string, unknown]): entry is [string, Uint8Array] {
	return entry[1] instanceof Uint8Array;
}
