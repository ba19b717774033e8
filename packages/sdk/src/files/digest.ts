import { sha256 } from "@sentc-ts/core-crypto";
import { encodeBase64 } from "@sentc-ts/core-crypto/wire";

/**
 * SHA-256, base64; where a page has no Web Cryptography API, for want of HTTPS, it stands still for it.
 *
 * @param bytes may be moved as soon as this returns
 */
export async function digestOf(bytes: Uint8Array): Promise<string> {
	const { subtle } = globalThis.crypto;
	return encodeBase64(subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes as BufferSource)) : sha256(bytes));
}

/** Of any number of chunks, one after the other. @param before of those before the next one; empty for none */
export function joinDigests(before: string, next: string): Promise<string> {
	return digestOf(new TextEncoder().encode(`${before} ${next}`));
}
