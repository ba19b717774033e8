import { requireBytes } from "../encoding/bytes.js";
import { InvalidInput } from "../errors.js";

/** Throws `InvalidInput` unless the value is a `Uint8Array` of the length. */
export function requireLength(value: Uint8Array, length: number, field: string): void {
	requireBytes(value, field);
	if (value.length !== length) throw new InvalidInput(field, `must have ${length} bytes`);
}
