import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Standard base64, padded. */
export function toBase64(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString("base64");
}

/** Standard alphabet, padding optional; `undefined` for any other text. */
export function fromBase64(text: string): Uint8Array | undefined {
	const unpadded = text.replace(/={1,2}$/, "");
	if (!/^[A-Za-z0-9+/]*$/.test(unpadded) || unpadded.length % 4 === 1) return undefined;
	return new Uint8Array(Buffer.from(unpadded, "base64"));
}

/** Padded base64 of SHA-256: the form in which identifiers and tokens are stored (protocol/http-api §2.2, §3.1). */
export function hash(data: Uint8Array | string): string {
	return createHash("sha256").update(data).digest("base64");
}

/** 50 random bytes as URL-safe base64 without padding, 67 characters (protocol/http-api §4.4). */
export function randomToken(): string {
	return randomBytes(50).toString("base64url");
}

/** Constant-time comparison; only a difference in length answers early. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
	return a.length === b.length && timingSafeEqual(a, b);
}
