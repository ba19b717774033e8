import { open, seal } from "../algorithms/aes-gcm.js";
import { runSync } from "../algorithms/run.js";
import type { EncryptionSuite, SecretSuite } from "../algorithms/types.js";
import { encodeBase64, parseBase64 } from "../encoding/base64.js";
import { CryptoError } from "../errors.js";
import type { Primitives } from "../primitives/types.js";
import { findSuite } from "../suites.js";
import type { Key } from "./key-string.js";

/** base64 of key bytes sealed by a symmetric key. */
export function wrapKey(primitives: Primitives, wrappingKey: Uint8Array, bytes: Uint8Array): string {
	return encodeBase64(runSync(seal(primitives, wrappingKey, bytes), primitives));
}

/** Reverse of {@link wrapKey}. @throws CryptoError `ENCRYPTED_KEY_NOT_BASE64`, `DECRYPTION_FAILED`, `KEY_LENGTH` */
export function unwrapKey(primitives: Primitives, wrappingKey: Uint8Array, text: string, length: number): Uint8Array {
	return openKey(primitives, wrappingKey, parseBase64(text, "ENCRYPTED_KEY_NOT_BASE64"), length);
}

/** {@link unwrapKey} of decoded bytes. */
export function openKey(
	primitives: Primitives,
	wrappingKey: Uint8Array,
	sealed: Uint8Array,
	length: number,
): Uint8Array {
	return requireKeyLength(runSync(open(wrappingKey, sealed), primitives), length);
}

/** {@link unwrapKey} of a key with its algorithm and id. @throws CryptoError also `UNKNOWN_ALGORITHM` */
export function unwrapSecretKey<Suite extends SecretSuite>(
	primitives: Primitives,
	wrappingKey: Uint8Array,
	suites: readonly Suite[],
	{ id, algorithm, text }: { id: string; algorithm: string; text: string },
): Key<Suite> {
	const suite = findSuite(suites, algorithm);
	return { suite, id, bytes: unwrapKey(primitives, wrappingKey, text, suite.keyLength) };
}

/** base64 of key bytes encrypted for the owner of a public key. */
export function wrapKeyFor(primitives: Primitives, publicKey: Key<EncryptionSuite>, bytes: Uint8Array): string {
	return encodeBase64(runSync(publicKey.suite.encrypt(primitives, publicKey.bytes, bytes), primitives));
}

/** Reverse of {@link wrapKeyFor}. @throws CryptoError like {@link unwrapKey} and `CIPHERTEXT_TOO_SHORT` */
export function unwrapKeyBy(
	primitives: Primitives,
	privateKey: Key<EncryptionSuite>,
	text: string,
	length: number,
): Uint8Array {
	const encrypted = parseBase64(text, "ENCRYPTED_KEY_NOT_BASE64");
	return requireKeyLength(
		runSync(privateKey.suite.decrypt(primitives, privateKey.bytes, encrypted), primitives),
		length,
	);
}

/** @throws CryptoError `KEY_LENGTH` */
export function requireKeyLength(bytes: Uint8Array, length: number): Uint8Array {
	if (bytes.length !== length) throw new CryptoError("KEY_LENGTH");
	return bytes;
}
