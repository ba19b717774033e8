import type { Base64 } from "./base64-portable.js";

/** Bytes that are compared at once: a multiple of 3, which fits a cache of the processor. */
const step = 96 * 1024;

/** What is short goes through this one: making another view takes longer than everything else. */
const short = Buffer.alloc(64);

function encodeAs(encoding: "base64" | "base64url", bytes: Uint8Array): string {
	if (bytes.length > short.length) return view(bytes).toString(encoding);
	short.set(bytes);
	const text = short.toString(encoding, 0, bytes.length);
	short.fill(0);
	return text;
}

/** Node reads over what is no base64, so the text has to be what comes of the bytes. */
function decode(text: string): Uint8Array | undefined {
	if (text.length % 4 !== 0) return undefined;
	const pads = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
	// An array of its own: secrets don't belong into the memory that buffers share.
	const bytes = new Uint8Array((text.length / 4) * 3 - pads);
	const buffer = view(bytes);
	buffer.write(text, "base64");
	for (let at = 0; at < text.length; at += (step / 3) * 4) {
		const start = (at / 4) * 3;
		if (buffer.toString("base64", start, start + step) !== text.slice(at, at + (step / 3) * 4)) return undefined;
	}
	return bytes;
}

const view = ({ buffer, byteOffset, length }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, length);

/** `Buffer`. */
export const native: Base64 = {
	encode: (bytes) => encodeAs("base64", bytes),
	encodeUrl: (bytes) => encodeAs("base64url", bytes),
	decode,
};
