import type { SyncCrypto } from "../src/crypto.js";
import type { Credentials, OpenedDevice, OpenedUserKey } from "../src/index.js";
import type { Primitives } from "../src/primitives/types.js";
import type {
	DeviceRegisterData,
	DoneLogin,
	GroupCreateData,
	GroupKeyServerOutput,
	PrepareLoginResult,
} from "../src/wire/index.js";
import { toBase64 } from "./bytes.js";
import { openUserKey } from "./one.js";

/** What a server stores of a device and answers at login. */
export function serverDevice(
	crypto: SyncCrypto,
	{ derived, master_key }: DeviceRegisterData,
	deviceId: string,
): { prepareLogin: PrepareLoginResult; doneLogin: DoneLogin } {
	return {
		prepareLogin: {
			salt_string: crypto.createSalt({ clientRandomValue: derived.client_random_value, addString: "" }),
			derived_encryption_key_alg: derived.derived_alg,
		},
		doneLogin: {
			challenge: crypto.createLoginChallenge({
				publicKeyString: derived.public_key,
				algorithm: derived.keypair_encrypt_alg,
				challenge: "challenge",
			}),
			device_keys: {
				...derived,
				encrypted_master_key: master_key.encrypted_master_key,
				public_key_string: derived.public_key,
				verify_key_string: derived.verify_key,
				keypair_encrypt_id: deviceId,
				keypair_sign_id: deviceId,
				user_id: "user",
				device_id: deviceId,
				user_group_id: "user-group",
			},
		},
	};
}

export interface Registered {
	login: ReturnType<typeof serverDevice>;
	device: OpenedDevice;
	/** What was sent to make the user group. */
	created: GroupCreateData;
	userKey: GroupKeyServerOutput;
	user: OpenedUserKey;
}

/** Registers and logs in against a server in a few lines. */
export function register(crypto: SyncCrypto, credentials: Credentials): Registered {
	const { device, group } = crypto.prepareRegister(credentials);
	const login = serverDevice(crypto, device, "device");
	const { password } = credentials;
	const { masterKeyEncryptionKey } = crypto.deriveLoginKeys({ password, prepareLogin: login.prepareLogin });
	const opened = crypto.openDevice({ masterKeyEncryptionKey, doneLogin: login.doneLogin });
	const id = `key of ${credentials.identifier}`;
	const ids = { key_pair_id: id, group_key_id: id, keypair_sign_id: id, public_key_sig_key_id: id };
	const userKey = { ...group, ...ids, user_public_key_id: "device", time: 1700000000000 };
	const user = openUserKey(crypto, { privateKey: opened.device.privateKey, userKey });
	return { login, device: opened, created: group, userKey, user };
}

const pem = (bytes: Uint8Array): string => `-----BEGIN PUBLIC KEY-----\n${toBase64(bytes)}\n-----END PUBLIC KEY-----\n`;

/** A sign key of the classic suite, which we no longer make but still use. */
export function classicSigner(primitives: Primitives): { signKey: string; verifyKey: string } {
	const { publicKey, secretKey } = primitives.ed25519KeyPair();
	return {
		signKey: JSON.stringify({ Ed25519: { key: toBase64(secretKey), key_id: "classic" } }),
		verifyKey: JSON.stringify({
			verify_key_pem: pem(publicKey),
			verify_key_alg: "ED25519",
			verify_key_id: "classic",
		}),
	};
}

/** An encryption pair of the classic suite. */
export function classicReader(
	primitives: Primitives,
): Record<"privateKey" | "publicKey" | "exported" | "publicKeyString", string> {
	const { publicKey, secretKey } = primitives.x25519KeyPair();
	return {
		privateKey: JSON.stringify({ Ecies: { key: toBase64(secretKey), key_id: "classic" } }),
		publicKey: JSON.stringify({ Ecies: { key: toBase64(publicKey), key_id: "classic" } }),
		exported: JSON.stringify({
			public_key_pem: pem(publicKey),
			public_key_alg: "ECIES-ed25519",
			public_key_id: "classic",
		}),
		publicKeyString: pem(publicKey),
	};
}
