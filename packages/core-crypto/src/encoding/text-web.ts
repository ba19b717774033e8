import { type Base64, portable } from "./base64-portable.js";

// ECMAScript 2026, which the types don't have.
interface WithBase64 {
	toBase64(options?: { alphabet: "base64url"; omitPadding: true }): string;
}
interface FromBase64 {
	fromBase64(text: string, options: { lastChunkHandling: "strict" }): Uint8Array;
}

const { fromBase64 } = Uint8Array as unknown as Partial<FromBase64>;

const withBase64 = (bytes: Uint8Array): WithBase64 => bytes as unknown as WithBase64;

function encode(bytes: Uint8Array): string {
	return withBase64(bytes).toBase64();
}

function encodeUrl(bytes: Uint8Array): string {
	return withBase64(bytes).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** What is read over is white space, which makes the text longer than the bytes. */
function decode(text: string): Uint8Array | undefined {
	try {
		const bytes = (Uint8Array as unknown as FromBase64).fromBase64(text, { lastChunkHandling: "strict" });
		return Math.ceil(bytes.length / 3) * 4 === text.length ? bytes : undefined;
	} catch {
		return undefined;
	}
}

/** What the browser has, if it has it. */
export const native: Base64 = fromBase64 ? { encode, encodeUrl, decode } : portable;

/** Browsers have nothing that is faster for it than the decoder of UTF-8. */
export function decodeAscii(_: Uint8Array): string | undefined {
	return undefined;
}
