import * as z from "zod/mini";
import type { EncryptionSuite } from "../algorithms/types.js";
import { decodeBase64 } from "../encoding/base64.js";
import { requireShape } from "../encoding/json.js";
import { decodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import { type Key, privateKeys, publicKeys, signKeys, verifyKeys } from "../keys/key-string.js";
import { parseMasterKeyEncryptionKey } from "../keys/master-key-string.js";
import { exportPublicKey as exportKey, exportVerifyKey, parsePublicKeyText } from "../keys/public-key.js";
import type { Primitives } from "../primitives/types.js";
import { encryptionSuites, findSuite, signatureSuites, symmetricSuites } from "../suites.js";
import { doneLoginSchema } from "../wire/index.js";
import { requirePair } from "./key-pair.js";
import { runSync } from "./run.js";
import type { ExportPublicKeyInput, OpenDeviceInput, OpenedDevice } from "./types.js";
import { unwrapKey } from "./wrap.js";

const [symmetricSuite] = symmetricSuites;

/** protocol/crypto §6.3, steps 4 to 6. */
export function openDevice(
	primitives: Primitives,
	{ masterKeyEncryptionKey, doneLogin }: OpenDeviceInput,
): OpenedDevice {
	const { device_keys: keys, challenge } = requireShape(doneLoginSchema, doneLogin, "doneLogin");
	const { keypair_encrypt_id, keypair_encrypt_alg, keypair_sign_id, keypair_sign_alg } = keys;

	const wrappingKey = parseMasterKeyEncryptionKey(masterKeyEncryptionKey);
	const masterKey = unwrapKey(primitives, wrappingKey, keys.encrypted_master_key, symmetricSuite.keyLength);
	const unwrapPair = <Suite extends { secretKeyLength: number }>(
		suite: Suite,
		id: string,
		text: string,
	): Key<Suite> => ({
		suite,
		id,
		bytes: unwrapKey(primitives, masterKey, text, suite.secretKeyLength),
	});
	const encryptionSuite = findSuite(encryptionSuites, keypair_encrypt_alg);
	const signatureSuite = findSuite(signatureSuites, keypair_sign_alg);
	const privateKey = unwrapPair(encryptionSuite, keypair_encrypt_id, keys.encrypted_private_key);
	const signKey = unwrapPair(signatureSuite, keypair_sign_id, keys.encrypted_sign_key);
	const publicKey = parsePublicKeyText(
		encryptionSuites,
		keypair_encrypt_alg,
		keys.public_key_string,
		keypair_encrypt_id,
	);
	const verifyKey = parsePublicKeyText(signatureSuites, keypair_sign_alg, keys.verify_key_string, keypair_sign_id);
	requirePair(primitives, privateKey, publicKey);
	requirePair(primitives, signKey, verifyKey);
	return {
		device: {
			privateKey: privateKeys.format(privateKey),
			publicKey: publicKeys.format(publicKey),
			signKey: signKeys.format(signKey),
			verifyKey: verifyKeys.format(verifyKey),
			exportedPublicKey: exportKey(publicKey),
			exportedVerifyKey: exportVerifyKey(verifyKey),
		},
		challenge: openChallenge(primitives, privateKey, challenge),
		userId: keys.user_id,
		deviceId: keys.device_id,
		userGroupId: keys.user_group_id,
	};
}

function openChallenge(primitives: Primitives, { suite, bytes }: Key<EncryptionSuite>, challenge: string): string {
	const encrypted = decodeBase64(challenge, "CHALLENGE_INVALID");
	const text = decodeUtf8(runSync(suite.decrypt(primitives, bytes, encrypted), primitives));
	if (text === undefined) throw new CryptoError("CHALLENGE_INVALID");
	return text;
}

export function exportPublicKey(_: Primitives, { publicKeyString, algorithm, id }: ExportPublicKeyInput): string {
	requireShape(z.string(), id, "id");
	return exportKey(parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, id));
}
