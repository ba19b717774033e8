import { createSalt, hashAuthKey } from "../algorithms/argon2id.js";
import { decodeBase64, encodeBase64, encodeBase64Url } from "../encoding/base64.js";
import { requireShape } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { formatMasterKeyEncryptionKey } from "../keys/master-key-string.js";
import { formatPublicKeyText } from "../keys/public-key.js";
import type { Primitives } from "../primitives/types.js";
import { encryptionSuites, findSuite, passwordSuites, signatureSuites, symmetricSuites } from "../suites.js";
import { type DeviceRegisterData, prepareLoginResultSchema, type RegisterData } from "../wire/index.js";
import { createUserGroup } from "./new-group.js";
import type { Credentials, DeriveLoginKeysInput, LoginKeys } from "./types.js";
import { wrapKey } from "./wrap.js";

/** The id of a key that the server has not seen yet. */
const notRegistered = "non_registered";

const [encryptionSuite] = encryptionSuites;
const [signatureSuite] = signatureSuites;
const [passwordSuite] = passwordSuites;
const [symmetricSuite] = symmetricSuites;

export function generateRegisterData(primitives: Primitives): Credentials {
	return {
		identifier: encodeBase64Url(primitives.randomBytes(20)),
		password: encodeBase64Url(primitives.randomBytes(40)),
	};
}

export function prepareRegister(primitives: Primitives, credentials: Credentials): RegisterData {
	const { device, publicKey } = createDevice(primitives, credentials);
	const creator = { suite: encryptionSuite, id: notRegistered, bytes: publicKey };
	return { device, group: createUserGroup(primitives, creator) };
}

export function prepareRegisterDevice(primitives: Primitives, credentials: Credentials): DeviceRegisterData {
	return createDevice(primitives, credentials).device;
}

/** Spec crypto §6.1, steps 1 to 4. */
function createDevice(
	primitives: Primitives,
	{ identifier, password }: Credentials,
): { device: DeviceRegisterData; publicKey: Uint8Array } {
	encodeUtf8(identifier, "identifier");
	const passwordBytes = encodeUtf8(password, "password");

	const clientRandomValue = primitives.randomBytes(16);
	const salt = createSalt(primitives, clientRandomValue, new Uint8Array());
	const { masterKeyEncryptionKey, authKey } = passwordSuite.derive(primitives, passwordBytes, salt);

	const masterKey = primitives.randomBytes(symmetricSuite.keyLength);
	const encryption = encryptionSuite.keyPair(primitives);
	const signature = signatureSuite.keyPair(primitives);

	const device: DeviceRegisterData = {
		master_key: {
			master_key_alg: symmetricSuite.id,
			encrypted_master_key: wrapKey(primitives, masterKeyEncryptionKey, masterKey),
			encrypted_master_key_alg: symmetricSuite.id,
		},
		derived: {
			derived_alg: passwordSuite.id,
			client_random_value: encodeBase64(clientRandomValue),
			hashed_authentication_key: encodeBase64(hashAuthKey(primitives, authKey)),
			public_key: formatPublicKeyText(encryptionSuite, encryption.publicKey),
			encrypted_private_key: wrapKey(primitives, masterKey, encryption.secretKey),
			keypair_encrypt_alg: encryptionSuite.id,
			verify_key: formatPublicKeyText(signatureSuite, signature.publicKey),
			encrypted_sign_key: wrapKey(primitives, masterKey, signature.secretKey),
			keypair_sign_alg: signatureSuite.id,
		},
		device_identifier: identifier,
	};
	return { device, publicKey: encryption.publicKey };
}

export function deriveLoginKeys(primitives: Primitives, { password, prepareLogin }: DeriveLoginKeysInput): LoginKeys {
	const passwordBytes = encodeUtf8(password, "password");
	const { salt_string, derived_encryption_key_alg } = requireShape(
		prepareLoginResultSchema,
		prepareLogin,
		"prepareLogin",
	);
	const suite = findSuite(passwordSuites, derived_encryption_key_alg);
	const salt = decodeBase64(salt_string, "SALT_NOT_BASE64");
	const { masterKeyEncryptionKey, authKey } = suite.derive(primitives, passwordBytes, salt);
	return {
		masterKeyEncryptionKey: formatMasterKeyEncryptionKey(masterKeyEncryptionKey),
		authKey: encodeBase64(authKey),
	};
}
