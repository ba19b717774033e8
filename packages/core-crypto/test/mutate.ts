import fc from "fast-check";
import { isSentcError } from "../src/errors.js";
import { utf8 } from "./bytes.js";

export type Change = { kind: "flip" | "insert" | "delete"; at: number; value: number };

/** `at` is a fraction, so that one generator fits every length. */
export const change: fc.Arbitrary<Change> = fc.record({
	kind: fc.constantFrom("flip", "insert", "delete"),
	at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
	value: fc.integer({ min: 1, max: 255 }),
});

export function mutate(bytes: Uint8Array, { kind, at, value }: Change, from = 0): Uint8Array {
	const i = from + Math.floor(at * (bytes.length - from));
	if (kind === "flip") return bytes.with(i, (bytes[i] ?? 0) ^ value);
	return Uint8Array.from([
		...bytes.subarray(0, i),
		...(kind === "insert" ? [value] : []),
		...bytes.subarray(i + (kind === "delete" ? 1 : 0)),
	]);
}

export function mutateText(text: string, mutation: Change): string {
	return new TextDecoder().decode(mutate(utf8(text), mutation));
}

/** Answers the result, or nothing for a typed error; anything else is a failed test. */
export function typed<T>(run: () => T): T | undefined {
	try {
		return run();
	} catch (error) {
		if (!isSentcError(error)) throw new Error("Not a typed error", { cause: error });
		return undefined;
	}
}
