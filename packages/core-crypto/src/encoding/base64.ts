import { native } from "#native-text";
import { CryptoError, type CryptoErrorCode } from "../errors.js";

/** Canonical base64 (RFC 4648 §4) with padding. */
export function encodeBase64(bytes: Uint8Array): string {
	return native.encode(bytes);
}

/** base64url (RFC 4648 §5) without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
	return native.encodeUrl(bytes);
}

/**
 * Strict decoding: only the canonical form is accepted, so no two texts decode to the same bytes.
 *
 * @returns `undefined` for missing padding, foreign characters, non-zero trailing bits (protocol/crypto §2) and anything but text
 */
export function decodeBase64(text: string): Uint8Array | undefined {
	return typeof text === "string" ? native.decode(text) : undefined;
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
