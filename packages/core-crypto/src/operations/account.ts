import { type Op, randomBytes } from "../algorithms/op.js";
import { encodeBase64Url } from "../encoding/base64.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { protectDeviceKeys } from "../keys/device-keys.js";
import { createUserGroup } from "../keys/generation.js";
import { formatPublicKeyText } from "../keys/public-key.js";
import { encryptionSuites, signatureSuites } from "../suites.js";
import type { DeviceRegisterData, RegisterData } from "../wire/index.js";

/** The id of a key that the server has not seen yet. */
const notRegistered = "non_registered";

const [encryptionSuite] = encryptionSuites;
const [signatureSuite] = signatureSuites;

export interface Credentials {
	identifier: string;
	/** Used as its UTF-8 bytes, without normalisation. */
	password: string;
}

/** Random identifier (27 characters) and password (54 characters) (protocol/crypto §6.1). */
export function* generateRegisterData(_input: Record<string, never>): Op<Credentials> {
	return {
		identifier: encodeBase64Url(yield* randomBytes(20)),
		password: encodeBase64Url(yield* randomBytes(40)),
	};
}

/**
 * Keys of a new user with a first device (protocol/crypto §6.1). Runs Argon2id: about 0.05 s.
 *
 * @throws InvalidInput when the identifier or password holds a lone surrogate
 */
export function* prepareRegister(credentials: Credentials): Op<RegisterData> {
	const { device, publicKey } = yield* createDevice(credentials);
	const creator = { suite: encryptionSuite, id: notRegistered, bytes: publicKey };
	return { device, group: yield* createUserGroup(creator) };
}

/**
 * Keys of a further device (protocol/crypto §6.1). Runs Argon2id: about 0.05 s.
 *
 * @throws InvalidInput like {@link prepareRegister}
 */
export function* prepareRegisterDevice(credentials: Credentials): Op<DeviceRegisterData> {
	return (yield* createDevice(credentials)).device;
}

/** protocol/crypto §6.1, steps 1 to 4. */
function* createDevice({
	identifier,
	password,
}: Credentials): Op<{ device: DeviceRegisterData; publicKey: Uint8Array }> {
	encodeUtf8(identifier, "identifier");
	const passwordBytes = encodeUtf8(password, "password");

	const encryption = yield* encryptionSuite.keyPair();
	const signature = yield* signatureSuite.keyPair();
	const keys = yield* protectDeviceKeys(passwordBytes, encryption.secretKey, signature.secretKey);

	const device: DeviceRegisterData = {
		master_key: keys.master_key,
		derived: {
			derived_alg: keys.derived_alg,
			client_random_value: keys.client_random_value,
			hashed_authentication_key: keys.hashed_authentication_key,
			public_key: formatPublicKeyText(encryptionSuite, encryption.publicKey),
			encrypted_private_key: keys.encrypted_private_key,
			keypair_encrypt_alg: encryptionSuite.id,
			verify_key: formatPublicKeyText(signatureSuite, signature.publicKey),
			encrypted_sign_key: keys.encrypted_sign_key,
			keypair_sign_alg: signatureSuite.id,
		},
		device_identifier: identifier,
	};
	return { device, publicKey: encryption.publicKey };
}
