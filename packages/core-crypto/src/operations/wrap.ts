import { open, seal } from "../algorithms/aes-gcm.js";
import type { EncryptionSuite } from "../algorithms/types.js";
import { decodeBase64, encodeBase64 } from "../encoding/base64.js";
import { CryptoError } from "../errors.js";
import type { Key } from "../keys/key-string.js";
import type { Primitives } from "../primitives/types.js";
import { runSync } from "./run.js";

/** base64 of key bytes sealed by a symmetric key. */
export function wrapKey(primitives: Primitives, wrappingKey: Uint8Array, bytes: Uint8Array): string {
	return encodeBase64(runSync(seal(primitives, wrappingKey, bytes), primitives));
}

/** Reverse of {@link wrapKey}. Throws `ENCRYPTED_KEY_NOT_BASE64`, `DECRYPTION_FAILED`, `KEY_LENGTH`. */
export function unwrapKey(primitives: Primitives, wrappingKey: Uint8Array, text: string, length: number): Uint8Array {
	return openKey(primitives, wrappingKey, decodeBase64(text, "ENCRYPTED_KEY_NOT_BASE64"), length);
}

/** {@link unwrapKey} of decoded bytes. */
export function openKey(
	primitives: Primitives,
	wrappingKey: Uint8Array,
	sealed: Uint8Array,
	length: number,
): Uint8Array {
	return requireLength(runSync(open(wrappingKey, sealed), primitives), length);
}

/** base64 of key bytes encrypted for the owner of a public key. */
export function wrapKeyFor(primitives: Primitives, publicKey: Key<EncryptionSuite>, bytes: Uint8Array): string {
	return encodeBase64(runSync(publicKey.suite.encrypt(primitives, publicKey.bytes, bytes), primitives));
}

/** Reverse of {@link wrapKeyFor}. Throws like {@link unwrapKey} and `CIPHERTEXT_TOO_SHORT`. */
export function unwrapKeyBy(
	primitives: Primitives,
	privateKey: Key<EncryptionSuite>,
	text: string,
	length: number,
): Uint8Array {
	const encrypted = decodeBase64(text, "ENCRYPTED_KEY_NOT_BASE64");
	return requireLength(runSync(privateKey.suite.decrypt(primitives, privateKey.bytes, encrypted), primitives), length);
}

/** Throws `KEY_LENGTH`. */
export function requireLength(bytes: Uint8Array, length: number): Uint8Array {
	if (bytes.length !== length) throw new CryptoError("KEY_LENGTH");
	return bytes;
}
