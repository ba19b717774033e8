import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { decodeBase64, encodeBase64 } from "@sentc-ts/core-crypto/wire";

export { encodeBase64 as toBase64 };

/** Padding is optional; `undefined` for what is no base64. */
export function fromBase64(text: string): Uint8Array | undefined {
	return decodeBase64(text.padEnd(Math.ceil(text.length / 4) * 4, "="));
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
