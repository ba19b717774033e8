import { InvalidInput } from "../errors.js";

export const nothing: Uint8Array = new Uint8Array();

export function concat(...parts: Uint8Array[]): Uint8Array {
	const result = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
	let offset = 0;
	for (const part of parts) {
		result.set(part, offset);
		offset += part.length;
	}
	return result;
}

/**
 * The only way secrets are compared: the running time depends on the lengths, not on the contents, as far as JavaScript
 * engines allow.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	if (a.length !== b.length) return false;
	let difference = 0;
	for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
	return difference === 0;
}

/** @throws InvalidInput unless the value is a `Uint8Array` (of any realm; a Node `Buffer` is one) */
export function requireBytes(value: Uint8Array, field: string): void {
	if (value instanceof Uint8Array || Object.prototype.toString.call(value) === "[object Uint8Array]") return;
	throw new InvalidInput(field, "must be a Uint8Array");
}
