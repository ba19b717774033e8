import { hashAuthKey, loginSalt } from "../algorithms/argon2id.js";
import { type Op, randomBytes } from "../algorithms/op.js";
import { encodeBase64 } from "../encoding/base64.js";
import { passwordSuites, symmetricSuites } from "../suites.js";
import type { ResetPasswordData } from "../wire/index.js";
import { wrapKey } from "./wrap.js";

const [passwordSuite] = passwordSuites;
const [symmetricSuite] = symmetricSuites;

/** Both secret keys of a device under a new master key, and that under a password (protocol/crypto §6.1 and §6.5). */
export function* protectDeviceKeys(
	password: Uint8Array,
	privateKey: Uint8Array,
	signKey: Uint8Array,
): Op<ResetPasswordData> {
	const masterKey = yield* randomBytes(symmetricSuite.keyLength);
	const sealed = yield* protectMasterKey(password, masterKey);
	return {
		client_random_value: sealed.clientRandomValue,
		hashed_authentication_key: sealed.hashedAuthenticationKey,
		master_key: {
			master_key_alg: symmetricSuite.id,
			encrypted_master_key: sealed.encryptedMasterKey,
			encrypted_master_key_alg: symmetricSuite.id,
		},
		derived_alg: passwordSuite.id,
		encrypted_private_key: yield* wrapKey(masterKey, privateKey),
		encrypted_sign_key: yield* wrapKey(masterKey, signKey),
	};
}

/** A new derivation of the password (protocol/crypto §3.10); all members base64. */
export function* protectMasterKey(
	password: Uint8Array,
	masterKey: Uint8Array,
): Op<Record<"clientRandomValue" | "hashedAuthenticationKey" | "encryptedMasterKey", string>> {
	const clientRandomValue = yield* randomBytes(16);
	const salt = yield* loginSalt(clientRandomValue, new Uint8Array());
	const { masterKeyEncryptionKey, authKey } = yield* passwordSuite.derive(password, salt);
	return {
		clientRandomValue: encodeBase64(clientRandomValue),
		hashedAuthenticationKey: encodeBase64(yield* hashAuthKey(authKey)),
		encryptedMasterKey: yield* wrapKey(masterKeyEncryptionKey, masterKey),
	};
}
