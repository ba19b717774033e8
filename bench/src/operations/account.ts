import type { DeviceKeyData, OpenedUserKey, SyncCrypto } from "@sentc-ts/core-crypto";
import type { DoneLogin, GroupKeyServerOutput, PrepareLoginResult, RegisterData } from "@sentc-ts/core-crypto/wire";

/** An account, as a server would keep it and as its owner opens it. */
export interface Account {
	identifier: string;
	password: string;
	prepareLogin: PrepareLoginResult;
	doneLogin: DoneLogin;
	userKey: GroupKeyServerOutput;
	device: DeviceKeyData;
	user: OpenedUserKey;
}

/** Registers an account with an imagined server: the answers are what the API would send. */
export function createAccount(crypto: SyncCrypto): Account {
	const { identifier, password } = crypto.generateRegisterData({});
	const { device, group } = crypto.prepareRegister({ identifier, password });
	const { derived, master_key } = device;
	const prepareLogin: PrepareLoginResult = {
		salt_string: crypto.createSalt({ clientRandomValue: derived.client_random_value, addString: "" }),
		derived_encryption_key_alg: derived.derived_alg,
	};
	const doneLogin: DoneLogin = {
		device_keys: {
			encrypted_master_key: master_key.encrypted_master_key,
			encrypted_private_key: derived.encrypted_private_key,
			public_key_string: derived.public_key,
			keypair_encrypt_alg: derived.keypair_encrypt_alg,
			encrypted_sign_key: derived.encrypted_sign_key,
			verify_key_string: derived.verify_key,
			keypair_sign_alg: derived.keypair_sign_alg,
			keypair_encrypt_id: "device",
			keypair_sign_id: "device",
			user_id: "user",
			device_id: "device",
			user_group_id: "group",
		},
		challenge: crypto.createLoginChallenge({
			publicKeyString: derived.public_key,
			algorithm: derived.keypair_encrypt_alg,
			challenge: "challenge",
		}),
	};
	const userKey = serverKey(group);
	const { masterKeyEncryptionKey } = crypto.deriveLoginKeys({ password, prepareLogin });
	const { device: opened } = crypto.openDevice({ masterKeyEncryptionKey, doneLogin });
	const [user] = crypto.openUser({ privateKey: opened.privateKey, userKeys: [userKey] }).userKeys;
	if (!user) throw new Error("The account has no user key");
	return { identifier, password, prepareLogin, doneLogin, userKey, device: opened, user };
}

function serverKey(group: RegisterData["group"]): GroupKeyServerOutput {
	return {
		...group,
		key_pair_id: "key",
		group_key_id: "key",
		keypair_sign_id: "key",
		public_key_sig_key_id: "key",
		user_public_key_id: "device",
		time: 1,
	};
}
