import * as z from "zod/mini";
import { type Op, randomBytes } from "../algorithms/op.js";
import { ciphertextDecryptor, type DecryptionKey, type EncryptionKey, encryptor } from "../content/cipher.js";
import { encodeBase64, parseBase64 } from "../encoding/base64.js";
import { nothing } from "../encoding/bytes.js";
import { parseJson, requireObject, requireShape } from "../encoding/json.js";
import { symmetricKeys } from "../keys/key-string.js";
import { type Opened, openEach } from "../keys/opened.js";
import { requireKeyLength } from "../keys/wrap.js";
import { findSuite, symmetricSuites } from "../suites.js";
import { type EncryptedContentKey, encryptedContentKeySchema } from "../wire/index.js";

const [suite] = symmetricSuites;

export interface GenerateContentKeyInput {
	masterKey: EncryptionKey;
}

/** A symmetric key for content. */
export interface ContentKey {
	key: string;
	/** JSON text of `EncryptedContentKey`. */
	encryptedKey: string;
	/** Id of the master key: of a symmetric key its `key_id`, of a public key its `public_key_id`. */
	masterKeyId: string;
}

/**
 * A new symmetric key for content, encrypted by a master key (protocol/crypto §8). The key string has an empty id, the
 * encrypted form a fixed one.
 *
 * @throws CryptoError like `encryptRaw` for a master key that is none
 */
export function* generateContentKey({ masterKey }: GenerateContentKeyInput): Op<ContentKey> {
	requireObject(masterKey, "masterKey");
	const { id: masterKeyId, run } = encryptor(masterKey);
	const bytes = yield* randomBytes(suite.keyLength);
	const encrypted: EncryptedContentKey = {
		alg: suite.id,
		encrypted_key_string: encodeBase64(yield* run(bytes, nothing)),
		master_key_id: masterKeyId,
		key_id: "non_registered",
		time: 0,
	};
	return { key: symmetricKeys.format({ suite, id: "", bytes }), encryptedKey: JSON.stringify(encrypted), masterKeyId };
}

export interface OpenContentKeyInput {
	masterKey: DecryptionKey;
	/** JSON text of `EncryptedContentKey`. */
	encryptedKey: string;
}

/**
 * Opens the encrypted form of a content key. The algorithm and the length are looked at after the decryption (protocol/crypto §8).
 *
 * @returns the key string
 * @throws CryptoError `JSON_INVALID`, `CONTENT_KEY_NOT_BASE64` · `DECRYPTION_FAILED`, `CIPHERTEXT_TOO_SHORT` ·
 * `UNKNOWN_ALGORITHM`, `KEY_LENGTH`
 */
export function* openContentKey({ masterKey, encryptedKey }: OpenContentKeyInput): Op<string> {
	const open = opener(masterKey);
	return yield* open(parseJson(encryptedContentKeySchema, encryptedKey));
}

export interface OpenContentKeysInput {
	masterKey: DecryptionKey;
	/** As the API answers them. */
	keys: EncryptedContentKey[];
}

export interface OpenedContentKey {
	/** Key string. */
	key: string;
	keyId: string;
	/** When the API got to know it, ms. */
	time: number;
}

const encryptedContentKeysSchema = z.array(encryptedContentKeySchema);

/**
 * Opens content keys that the same master key encrypts. Unusable are those that {@link openContentKey} refuses.
 *
 * @throws CryptoError for a master key that is none
 */
export function* openContentKeys({ masterKey, keys }: OpenContentKeysInput): Op<Opened<OpenedContentKey>> {
	const open = opener(masterKey);
	const records = requireShape(encryptedContentKeysSchema, keys, "keys");
	return yield* openEach(
		records,
		({ key_id }) => key_id,
		function* (record) {
			return { key: yield* open(record), keyId: record.key_id, time: record.time };
		},
	);
}

function opener(masterKey: DecryptionKey): (record: EncryptedContentKey) => Op<string> {
	requireObject(masterKey, "masterKey");
	const decrypt = ciphertextDecryptor(masterKey);
	return function* ({ alg, encrypted_key_string, key_id: id }) {
		const bytes = yield* decrypt(parseBase64(encrypted_key_string, "CONTENT_KEY_NOT_BASE64"));
		const suite = findSuite(symmetricSuites, alg);
		return symmetricKeys.format({ suite, id, bytes: requireKeyLength(bytes, suite.keyLength) });
	};
}

export interface NameContentKeyInput {
	/** Key string. */
	key: string;
	/** What the API calls the key. */
	id: string;
}

/** The key string of a content key with the id that the API gave it, which heads then name. */
export function nameContentKey({ key, id }: NameContentKeyInput): string {
	return symmetricKeys.format({ ...symmetricKeys.parse(key), id: requireShape(z.string(), id, "id") });
}
