import { InvalidInput } from "@sentc-ts/core-crypto";
import type { GroupVerify } from "./types.js";

/** Longest identifier of a user or device, UTF-8 bytes. */
const MAX_IDENTIFIER_BYTES = 1024;

/** @throws InvalidInput unless it is a string of whole Unicode characters */
export function checkText(field: string, value: unknown): asserts value is string {
	if (typeof value !== "string") throw new InvalidInput(field, "must be a string");
	if (/\p{Surrogate}/u.test(value)) throw new InvalidInput(field, "must not contain half of a surrogate pair");
}

/** @throws InvalidInput unless it is a text of 1 to 1024 bytes of UTF-8 */
export function checkIdentifier(value: unknown, field = "identifier"): asserts value is string {
	checkId(field, value);
	if (new TextEncoder().encode(value).length > MAX_IDENTIFIER_BYTES) {
		throw new InvalidInput(field, `must not be longer than ${MAX_IDENTIFIER_BYTES} bytes of UTF-8`);
	}
}

/** @throws InvalidInput unless both are texts, not empty, and the identifier not too long */
export function checkCredentials(identifier: unknown, password: unknown): void {
	checkIdentifier(identifier);
	checkId("password", password);
}

/** @throws InvalidInput unless it is a text that is not empty */
export function checkId(field: string, value: unknown): asserts value is string {
	checkText(field, value);
	if (value === "") throw new InvalidInput(field, "must not be empty");
}

/** @throws InvalidInput unless it is an object */
export function checkObject(field: string, value: unknown): asserts value is object {
	if (typeof value !== "object" || value === null) throw new InvalidInput(field, "must be an object");
}

/** @throws InvalidInput unless it is one of {@link GroupVerify} */
export function checkVerify(verify: unknown): asserts verify is GroupVerify {
	if (verify !== 0 && verify !== 1 && verify !== 2) throw new InvalidInput("verify", "must be 0, 1 or 2");
}

/** @throws InvalidInput unless it is bytes */
export function toBytes(field: string, value: unknown): Uint8Array {
	if (value instanceof Uint8Array) return value;
	if (value instanceof ArrayBuffer) return new Uint8Array(value);
	throw new InvalidInput(field, "must be a Uint8Array or an ArrayBuffer");
}
