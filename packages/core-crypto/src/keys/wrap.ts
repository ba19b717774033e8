import { open, seal } from "../algorithms/aes-gcm.js";
import type { Op } from "../algorithms/op.js";
import type { EncryptionSuite, SecretSuite } from "../algorithms/types.js";
import { encodeBase64, parseBase64 } from "../encoding/base64.js";
import { CryptoError } from "../errors.js";
import { findSuite } from "../suites.js";
import type { Key } from "./key-string.js";

/** base64 of key bytes sealed by a symmetric key. */
export function* wrapKey(wrappingKey: Uint8Array, bytes: Uint8Array): Op<string> {
	return encodeBase64(yield* seal(wrappingKey, bytes));
}

/** Reverse of {@link wrapKey}. @throws CryptoError `ENCRYPTED_KEY_NOT_BASE64`, `DECRYPTION_FAILED`, `KEY_LENGTH` */
export function* unwrapKey(wrappingKey: Uint8Array, text: string, length: number): Op<Uint8Array> {
	return yield* openKey(wrappingKey, parseBase64(text, "ENCRYPTED_KEY_NOT_BASE64"), length);
}

/** {@link unwrapKey} of decoded bytes. */
export function* openKey(wrappingKey: Uint8Array, sealed: Uint8Array, length: number): Op<Uint8Array> {
	return requireKeyLength(yield* open(wrappingKey, sealed), length);
}

/** {@link unwrapKey} of a key with its algorithm and id. @throws CryptoError also `UNKNOWN_ALGORITHM` */
export function* unwrapSecretKey<Suite extends SecretSuite>(
	wrappingKey: Uint8Array,
	suites: readonly Suite[],
	{ id, algorithm, text }: { id: string; algorithm: string; text: string },
): Op<Key<Suite>> {
	const suite = findSuite(suites, algorithm);
	return { suite, id, bytes: yield* unwrapKey(wrappingKey, text, suite.keyLength) };
}

/** base64 of key bytes encrypted for the owner of a public key. */
export function* wrapKeyFor(publicKey: Key<EncryptionSuite>, bytes: Uint8Array): Op<string> {
	return encodeBase64(yield* publicKey.suite.encrypt(publicKey.bytes, bytes));
}

/** Reverse of {@link wrapKeyFor}. @throws CryptoError like {@link unwrapKey} and `CIPHERTEXT_TOO_SHORT` */
export function* unwrapKeyBy(privateKey: Key<EncryptionSuite>, text: string, length: number): Op<Uint8Array> {
	const encrypted = parseBase64(text, "ENCRYPTED_KEY_NOT_BASE64");
	return requireKeyLength(yield* privateKey.suite.decrypt(privateKey.bytes, encrypted), length);
}

/** @throws CryptoError `KEY_LENGTH` */
export function requireKeyLength(bytes: Uint8Array, length: number): Uint8Array {
	if (bytes.length !== length) throw new CryptoError("KEY_LENGTH");
	return bytes;
}
