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
 * the copy is moved. With `moveData` the bytes themselves are moved where nothing else is in their buffer.
 *
 * @param mayMove whether `moveData` counts
 */
export function sendableInput(input: unknown, mayMove: boolean): unknown {
	const bytes = Object.entries(input ?? {}).filter(isBytesMember);
	if (typeof input !== "object" || input === null || bytes.length === 0) return input;
	const moves = mayMove && "moveData" in input && input.moveData === true;
	const sent = bytes.map(
		([name, member]) => [name, moves && ownsBuffer(member) ? member : new Uint8Array(member)] as const,
	);
	return transfer(
		{ ...input, ...Object.fromEntries(sent) },
		sent.map(([, member]) => member.buffer as ArrayBuffer),
	);
}

function ownsBuffer({ buffer, byteLength }: Uint8Array): boolean {
	return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
}

function members(value: unknown): unknown[] {
	return typeof value === "object" && value !== null && !(value instanceof Uint8Array) ? Object.values(value) : [];
}

function isBytesMember(entry: [string, unknown]): entry is [string, Uint8Array] {
	return entry[1] instanceof Uint8Array;
}
