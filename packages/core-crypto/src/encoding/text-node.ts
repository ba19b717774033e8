import { isAscii } from "node:buffer";
import type { Base64 } from "./base64-portable.js";

/** What is short goes through this one: making another view takes longer than everything else. */
const short = Buffer.alloc(64);

function encodeAs(encoding: "base64" | "base64url", bytes: Uint8Array): string {
	if (bytes.length > short.length) return view(bytes).toString(encoding);
	short.set(bytes);
	const text = short.toString(encoding, 0, bytes.length);
	short.fill(0);
	return text;
}

/**
 * Node reads over what is no base64, and then writes fewer bytes than the length of the text promises. It takes base64url, too, and of a
 * character beyond ASCII the lower byte. Encoding all of it again would tell the same, but takes ten times as long.
 */
function decode(text: string): Uint8Array | undefined {
	if (text.length % 4 !== 0) return undefined;
	const pads = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
	// An array of its own: secrets don't belong into the memory that buffers share.
	const bytes = new Uint8Array((text.length / 4) * 3 - pads);
	if (view(bytes).write(text, "base64") !== bytes.length) return undefined;
	if (text.includes("-") || text.includes("_") || Buffer.byteLength(text) !== text.length) return undefined;
	return pads === 0 || encodeAs("base64", bytes.subarray(pads - 3)) === text.slice(-4) ? bytes : undefined;
}

const view = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);

/** `Buffer`. */
export const native: Base64 = {
	encode: (bytes) => encodeAs("base64", bytes),
	encodeUrl: (bytes) => encodeAs("base64url", bytes),
	decode,
};

/** Below it, looking first takes longer than it spares, bytes. */
const longAscii = 4096;

/** Of what is long, ten times as fast as the decoder of UTF-8. @returns `undefined` when that one is to do it, as for all but ASCII */
export function decodeAscii(bytes: Uint8Array): string | undefined {
	return bytes.length >= longAscii && isAscii(bytes) ? view(bytes).toString("latin1") : undefined;
}
