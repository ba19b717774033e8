import { open, seal } from "../algorithms/aes-gcm.js";
import type { Op } from "../algorithms/op.js";
import { requireObject } from "../encoding/json.js";
import { privateKeys, symmetricKeys } from "../keys/key-string.js";
import { parseExportedPublicKey } from "../keys/public-key.js";

/** Encrypt by a symmetric key string, or for the owner of an exported public key. */
export type EncryptionKey = { symmetric: string } | { publicKey: string };

/** Decrypt by a symmetric key string or by a private key string. */
export type DecryptionKey = { symmetric: string } | { privateKey: string };

export interface Encryptor {
	/** Id of the key, for the head. */
	id: string;
	/** @param prefix comes before the ciphertext */
	run(data: Uint8Array, prefix: Uint8Array): Op<Uint8Array>;
}

/** Without a head. */
export function encryptor(key: EncryptionKey): Encryptor {
	requireObject(key, "key");
	if ("symmetric" in key) {
		const { id, bytes } = symmetricKeys.parse(key.symmetric);
		return { id, run: (data, prefix) => seal(bytes, data, prefix) };
	}
	const { id, suite, bytes } = parseExportedPublicKey(key.publicKey).key;
	return { id, run: (data, prefix) => suite.encrypt(bytes, data, prefix) };
}

/** Reverse of {@link encryptor}. */
export function ciphertextDecryptor(key: DecryptionKey): (ciphertext: Uint8Array) => Op<Uint8Array> {
	requireObject(key, "key");
	if ("symmetric" in key) {
		const { bytes } = symmetricKeys.parse(key.symmetric);
		return (ciphertext) => open(bytes, ciphertext);
	}
	const { suite, bytes } = privateKeys.parse(key.privateKey);
	return (ciphertext) => suite.decrypt(bytes, ciphertext);
}
