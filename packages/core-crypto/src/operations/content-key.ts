import { decodeBase64, encodeBase64 } from "../encoding/base64.js";
import { parseJson, requireObject } from "../encoding/json.js";
import { symmetricKeys } from "../keys/key-string.js";
import type { Primitives } from "../primitives/types.js";
import { findSuite, symmetricSuites } from "../suites.js";
import { type EncryptedContentKey, encryptedContentKeySchema } from "../wire/index.js";
import { ciphertextDecryptor, encryptor } from "./content.js";
import { runSync } from "./run.js";
import type { ContentKey, GenerateContentKeyInput, OpenContentKeyInput } from "./types.js";
import { requireLength } from "./wrap.js";

const [suite] = symmetricSuites;

/** protocol/crypto §8: the key string has an empty id, the encrypted form a fixed one. */
export function generateContentKey(primitives: Primitives, { masterKey }: GenerateContentKeyInput): ContentKey {
	requireObject(masterKey, "masterKey");
	const { id: masterKeyId, run } = encryptor(primitives, masterKey);
	const bytes = primitives.randomBytes(suite.keyLength);
	const encrypted: EncryptedContentKey = {
		alg: suite.id,
		encrypted_key_string: encodeBase64(runSync(run(bytes), primitives)),
		master_key_id: masterKeyId,
		key_id: "non_registered",
		time: 0,
	};
	return { key: symmetricKeys.format({ suite, id: "", bytes }), encryptedKey: JSON.stringify(encrypted), masterKeyId };
}

/** protocol/crypto §8: the algorithm and the length are looked at after the decryption. */
export function openContentKey(primitives: Primitives, { masterKey, encryptedKey }: OpenContentKeyInput): string {
	requireObject(masterKey, "masterKey");
	const decrypt = ciphertextDecryptor(primitives, masterKey);
	const { alg, encrypted_key_string, key_id: id } = parseJson(encryptedContentKeySchema, encryptedKey);
	const bytes = runSync(decrypt(decodeBase64(encrypted_key_string, "CONTENT_KEY_NOT_BASE64")), primitives);
	const suite = findSuite(symmetricSuites, alg);
	return symmetricKeys.format({ suite, id, bytes: requireLength(bytes, suite.keyLength) });
}
