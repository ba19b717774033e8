import { CryptoError, type CryptoErrorCode } from "../errors.js";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const padding = "=".charCodeAt(0);
const invalid = 0xff;

const codes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const values = new Uint8Array(256).fill(invalid);
codes.forEach((code, value) => {
	values[code] = value;
});

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Canonical base64 (RFC 4648 §4) with padding. */
export function encodeBase64(bytes: Uint8Array): string {
	const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(padding);
	const code = (value: number): number => codes[value & 63] ?? invalid;
	let at = 0;
	for (let i = 0; i < bytes.length; i += 3) {
		const left = bytes.length - i;
		const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
		text[at++] = code(group >> 18);
		text[at++] = code(group >> 12);
		if (left > 1) text[at++] = code(group >> 6);
		if (left > 2) text[at++] = code(group);
	}
	return decoder.decode(text);
}

/** base64url (RFC 4648 §5) without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
	return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * Strict decoding: only the canonical form is accepted, so no two texts decode to the same bytes.
 *
 * @returns `undefined` for missing padding, foreign characters, non-zero trailing bits (protocol/crypto §2) and anything but text
 */
export function decodeBase64(text: string): Uint8Array | undefined {
	return typeof text === "string" ? decode(encoder.encode(text)) : undefined;
}

/** {@link decodeBase64} of base64url without padding. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
	if (typeof text !== "string" || !/^[\w-]*$/.test(text)) return undefined;
	const padded = text.padEnd(Math.ceil(text.length / 4) * 4, "=");
	return decodeBase64(padded.replaceAll("-", "+").replaceAll("_", "/"));
}

/** {@link decodeBase64} that throws a `CryptoError` with the given code. */
export function parseBase64(text: string, code: CryptoErrorCode): Uint8Array {
	const bytes = decodeBase64(text);
	if (bytes === undefined) throw new CryptoError(code);
	return bytes;
}

/** {@link parseBase64} of exactly that many bytes. @throws CryptoError with the given code for any other length, too */
export function parseBase64Exactly(length: number, text: string, code: CryptoErrorCode): Uint8Array {
	const bytes = parseBase64(text, code);
	if (bytes.length !== length) throw new CryptoError(code);
	return bytes;
}

function decode(text: Uint8Array): Uint8Array | undefined {
	if (text.length % 4 !== 0) return undefined;
	const pads = text.at(-1) !== padding ? 0 : text.at(-2) !== padding ? 1 : 2;
	const digits = text.length - pads;
	const value = (i: number): number => (i < digits ? (values[text[i] ?? 0] ?? invalid) : 0);

	const bytes = new Uint8Array((text.length / 4) * 3 - pads);
	let seen = 0;
	let group = 0;
	for (let i = 0, at = 0; i < text.length; i += 4) {
		const [a, b, c, d] = [value(i), value(i + 1), value(i + 2), value(i + 3)];
		seen |= a | b | c | d;
		group = (a << 18) | (b << 12) | (c << 6) | d;
		bytes[at++] = group >> 16;
		bytes[at++] = group >> 8;
		bytes[at++] = group;
	}
	const trailingBits = group & ((1 << (8 * pads)) - 1);
	return seen > 63 || trailingBits !== 0 ? undefined : bytes;
}
