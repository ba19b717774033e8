import type { Op } from "../algorithms/op.js";
import { parseBase64Exactly } from "../encoding/base64.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { protectDeviceKeys, protectMasterKey } from "../keys/device-keys.js";
import { parseMasterKeyEncryptionKey, privateKeys, signKeys } from "../keys/key-string.js";
import { unwrapKey } from "../keys/wrap.js";
import { passwordSuites, symmetricSuites } from "../suites.js";
import type { ChangePasswordData, ResetPasswordData } from "../wire/index.js";

const [passwordSuite] = passwordSuites;
const [symmetricSuite] = symmetricSuites;

export interface PreparePasswordChangeInput {
	/** Both from the old password. */
	masterKeyEncryptionKey: string;
	authKey: string;
	/** base64, `encrypted_master_key` of the login answer. */
	encryptedMasterKey: string;
	newPassword: string;
}

/**
 * The same master key, encrypted by a new password (protocol/crypto §6.4). Runs Argon2id: about 0.05 s.
 *
 * @throws CryptoError `DECRYPTION_FAILED` for a wrong old password · `AUTH_KEY_INVALID`, `MASTER_KEY_STRING_INVALID`,
 * `KEY_LENGTH`, `ENCRYPTED_KEY_NOT_BASE64`
 */
export function* preparePasswordChange({
	masterKeyEncryptionKey,
	authKey,
	encryptedMasterKey,
	newPassword,
}: PreparePasswordChangeInput): Op<ChangePasswordData> {
	const password = encodeUtf8(newPassword, "newPassword");
	parseBase64Exactly(32, authKey, "AUTH_KEY_INVALID");
	const oldKey = parseMasterKeyEncryptionKey(masterKeyEncryptionKey);
	const masterKey = yield* unwrapKey(oldKey, encryptedMasterKey, symmetricSuite.keyLength);
	const sealed = yield* protectMasterKey(password, masterKey);
	return {
		new_derived_alg: passwordSuite.id,
		new_client_random_value: sealed.clientRandomValue,
		new_hashed_authentication_key: sealed.hashedAuthenticationKey,
		new_encrypted_master_key: sealed.encryptedMasterKey,
		new_encrypted_master_key_alg: symmetricSuite.id,
		old_auth_key: authKey,
	};
}

export interface PreparePasswordResetInput {
	/** Private key of the device. */
	privateKey: string;
	/** Sign key of the device. */
	signKey: string;
	newPassword: string;
}

/**
 * The device's secret keys, encrypted by a new master key and password (protocol/crypto §6.5). Runs Argon2id: about 0.05 s.
 *
 * @throws CryptoError `KEY_STRING_INVALID` for a key that is none
 */
export function* preparePasswordReset({
	privateKey,
	signKey,
	newPassword,
}: PreparePasswordResetInput): Op<ResetPasswordData> {
	const password = encodeUtf8(newPassword, "newPassword");
	return yield* protectDeviceKeys(password, privateKeys.parse(privateKey).bytes, signKeys.parse(signKey).bytes);
}
