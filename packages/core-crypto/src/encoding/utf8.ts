import { decodeAscii } from "#native-text";
import { InvalidInput } from "../errors.js";
import { concat } from "./bytes.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * UTF-8 bytes of a text.
 *
 * @throws InvalidInput for anything but a string and for lone surrogates, which an encoder would silently replace: two different
 * passwords must not become the same bytes
 */
export function encodeUtf8(text: string, field: string): Uint8Array {
	if (typeof text !== "string") throw new InvalidInput(field, "must be a string");
	if (/\p{Surrogate}/u.test(text)) throw new InvalidInput(field, "must not contain lone surrogates");
	// Engines write into an array several times as fast as they make one. Of ASCII it has the right length.
	const bytes = new Uint8Array(text.length);
	const { read, written } = encoder.encodeInto(text, bytes);
	return read === text.length ? bytes : concat(bytes.subarray(0, written), encoder.encode(text.slice(read)));
}

/** Text of UTF-8 bytes, with a byte order mark kept as it is. `undefined` when they are not valid UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
	try {
		return decodeAscii(bytes) ?? decoder.decode(bytes);
	} catch {
		return undefined;
	}
}
