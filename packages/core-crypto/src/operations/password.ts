import { createSalt, hashAuthKey } from "../algorithms/argon2id.js";
import { decodeBase64, decodeBase64Exactly, encodeBase64 } from "../encoding/base64.js";
import { requireShape } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { privateKeys, signKeys } from "../keys/key-string.js";
import { formatMasterKeyEncryptionKey, parseMasterKeyEncryptionKey } from "../keys/master-key-string.js";
import type { Primitives } from "../primitives/types.js";
import { findSuite, newerPasswordSuites, passwordSuites, symmetricSuites } from "../suites.js";
import { type ChangePasswordData, prepareLoginResultSchema, type ResetPasswordData } from "../wire/index.js";
import type {
	DeriveLoginKeysInput,
	LoginKeys,
	PreparePasswordChangeInput,
	PreparePasswordResetInput,
} from "./types.js";
import { unwrapKey, wrapKey } from "./wrap.js";

const [passwordSuite] = passwordSuites;
const [symmetricSuite] = symmetricSuites;

/** protocol/crypto §3.10. What the server says is checked in full before anything is derived from the password. */
export function deriveLoginKeys(
	primitives: Primitives,
	{ password, prepareLogin, newerArgon2 = false }: DeriveLoginKeysInput,
): LoginKeys {
	const passwordBytes = encodeUtf8(password, "password");
	const { salt_string, derived_encryption_key_alg } = requireShape(
		prepareLoginResultSchema,
		prepareLogin,
		"prepareLogin",
	);
	const suite = findSuite(newerArgon2 ? newerPasswordSuites : passwordSuites, derived_encryption_key_alg);
	const salt = decodeBase64(salt_string, "SALT_NOT_BASE64");
	const { masterKeyEncryptionKey, authKey } = suite.derive(primitives, passwordBytes, salt);
	return {
		masterKeyEncryptionKey: formatMasterKeyEncryptionKey(masterKeyEncryptionKey),
		authKey: encodeBase64(authKey),
	};
}

/** protocol/crypto §6.4. */
export function preparePasswordChange(
	primitives: Primitives,
	{ masterKeyEncryptionKey, authKey, encryptedMasterKey, newPassword }: PreparePasswordChangeInput,
): ChangePasswordData {
	const password = encodeUtf8(newPassword, "newPassword");
	decodeBase64Exactly(32, authKey, "AUTH_KEY_INVALID");
	const oldKey = parseMasterKeyEncryptionKey(masterKeyEncryptionKey);
	const masterKey = unwrapKey(primitives, oldKey, encryptedMasterKey, symmetricSuite.keyLength);
	const sealed = protectMasterKey(primitives, password, masterKey);
	return {
		new_derived_alg: passwordSuite.id,
		new_client_random_value: sealed.clientRandomValue,
		new_hashed_authentication_key: sealed.hashedAuthenticationKey,
		new_encrypted_master_key: sealed.encryptedMasterKey,
		new_encrypted_master_key_alg: symmetricSuite.id,
		old_auth_key: authKey,
	};
}

/** protocol/crypto §6.5. */
export function preparePasswordReset(
	primitives: Primitives,
	{ privateKey, signKey, newPassword }: PreparePasswordResetInput,
): ResetPasswordData {
	const password = encodeUtf8(newPassword, "newPassword");
	return protectDeviceKeys(primitives, password, privateKeys.parse(privateKey).bytes, signKeys.parse(signKey).bytes);
}

/** Both secret keys of a device under a new master key, and that under a password (protocol/crypto §6.1 and §6.5). */
export function protectDeviceKeys(
	primitives: Primitives,
	password: Uint8Array,
	privateKey: Uint8Array,
	signKey: Uint8Array,
): ResetPasswordData {
	const masterKey = primitives.randomBytes(symmetricSuite.keyLength);
	const sealed = protectMasterKey(primitives, password, masterKey);
	return {
		client_random_value: sealed.clientRandomValue,
		hashed_authentication_key: sealed.hashedAuthenticationKey,
		master_key: {
			master_key_alg: symmetricSuite.id,
			encrypted_master_key: sealed.encryptedMasterKey,
			encrypted_master_key_alg: symmetricSuite.id,
		},
		derived_alg: passwordSuite.id,
		encrypted_private_key: wrapKey(primitives, masterKey, privateKey),
		encrypted_sign_key: wrapKey(primitives, masterKey, signKey),
	};
}

/** A new derivation of the password (protocol/crypto §3.10); all members base64. */
function protectMasterKey(
	primitives: Primitives,
	password: Uint8Array,
	masterKey: Uint8Array,
): Record<"clientRandomValue" | "hashedAuthenticationKey" | "encryptedMasterKey", string> {
	const clientRandomValue = primitives.randomBytes(16);
	const salt = createSalt(primitives, clientRandomValue, new Uint8Array());
	const { masterKeyEncryptionKey, authKey } = passwordSuite.derive(primitives, password, salt);
	return {
		clientRandomValue: encodeBase64(clientRandomValue),
		hashedAuthenticationKey: encodeBase64(hashAuthKey(primitives, authKey)),
		encryptedMasterKey: wrapKey(primitives, masterKeyEncryptionKey, masterKey),
	};
}
