import { hashAuthKey, loginSalt } from "../algorithms/argon2id.js";
import { encodeBase64 } from "../encoding/base64.js";
import type { Primitives } from "../primitives/types.js";
import { passwordSuites, symmetricSuites } from "../suites.js";
import type { ResetPasswordData } from "../wire/index.js";
import { wrapKey } from "./wrap.js";

const [passwordSuite] = passwordSuites;
const [symmetricSuite] = symmetricSuites;

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
export function protectMasterKey(
	primitives: Primitives,
	password: Uint8Array,
	masterKey: Uint8Array,
): Record<"clientRandomValue" | "hashedAuthenticationKey" | "encryptedMasterKey", string> {
	const clientRandomValue = primitives.randomBytes(16);
	const salt = loginSalt(primitives, clientRandomValue, new Uint8Array());
	const { masterKeyEncryptionKey, authKey } = passwordSuite.derive(primitives, password, salt);
	return {
		clientRandomValue: encodeBase64(clientRandomValue),
		hashedAuthenticationKey: encodeBase64(hashAuthKey(primitives, authKey)),
		encryptedMasterKey: wrapKey(primitives, masterKeyEncryptionKey, masterKey),
	};
}
