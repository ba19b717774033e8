import type { DeviceRegisterData, RegisterData } from "@sentc-ts/core-crypto/wire";
import { type IdentifierAvailability, type RegisterResult, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { hash } from "../../bytes.js";
import type { Writes } from "../../database/database.js";
import { type DeviceRow, identifierIsTaken, insertDevice, insertUser } from "../../database/repositories/users.js";
import { GROUP_TYPE } from "../../database/schema.js";
import { Failure } from "../failure.js";
import { storeGroup } from "../group/store.js";
import { requirePublicKey } from "../key-check.js";
import type { ServerCrypto, Services } from "../services.js";

export async function checkIdentifier(
	{ database }: Services,
	appId: string,
	identifier: string,
): Promise<IdentifierAvailability> {
	const taken = await identifierIsTaken(database.reads, appId, hash(identifier));
	return { user_identifier: identifier, available: !taken };
}

/** Creates a user with the first device and the user group, all or nothing (spec http-api §7). */
export async function register(
	services: Services,
	appId: string,
	{ device, group }: RegisterData,
): Promise<RegisterResult> {
	const { encrypted_sign_key, verify_key, keypair_sign_alg, public_key_sig } = group;
	if (!encrypted_sign_key || !verify_key || !keypair_sign_alg || !public_key_sig) {
		throw new Failure(SERVER_ERRORS.USER_GROUP_KEYS_MISSING);
	}
	requireDeviceKeys(services.crypto, device);
	requireKeyPairs(services.crypto, {
		publicKey: group.public_group_key,
		encryptAlgorithm: group.keypair_encrypt_alg,
		verifyKey: verify_key,
		signAlgorithm: keypair_sign_alg,
	});

	const userId = services.newId();
	const deviceId = services.newId();
	await services.database.transaction(async (db) => {
		const userGroupId = await storeGroup(services, db, {
			appId,
			type: GROUP_TYPE.user,
			memberId: deviceId,
			memberPublicKeyId: deviceId,
			keys: group,
		});
		await insertUser(db, { id: userId, appId, userGroupId, createdAt: services.now() });
		await storeDevice(services, db, { appId, deviceId, device, userId, registrationTokenHash: null });
	});
	return { user_id: userId, device_id: deviceId, device_identifier: device.device_identifier };
}

interface NewDevice {
	readonly appId: string;
	readonly deviceId: string;
	readonly device: DeviceRegisterData;
	readonly userId: string | null;
	readonly registrationTokenHash: string | null;
}

/** @throws Failure 101 when the identifier is in use */
export async function storeDevice({ now }: Services, db: Writes, input: NewDevice): Promise<void> {
	const { deviceId, appId, userId, registrationTokenHash } = input;
	const { master_key, derived, device_identifier } = input.device;
	const row: DeviceRow = {
		id: deviceId,
		appId,
		userId,
		identifierHash: hash(device_identifier),
		derivedAlg: derived.derived_alg,
		clientRandomValue: derived.client_random_value,
		hashedAuthenticationKey: derived.hashed_authentication_key,
		masterKeyAlg: master_key.master_key_alg,
		encryptedMasterKey: master_key.encrypted_master_key,
		encryptedMasterKeyAlg: master_key.encrypted_master_key_alg,
		publicKey: derived.public_key,
		encryptedPrivateKey: derived.encrypted_private_key,
		keypairEncryptAlg: derived.keypair_encrypt_alg,
		verifyKey: derived.verify_key,
		encryptedSignKey: derived.encrypted_sign_key,
		keypairSignAlg: derived.keypair_sign_alg,
		registrationTokenHash,
		createdAt: now(),
	};
	if (!(await insertDevice(db, row))) throw new Failure(SERVER_ERRORS.IDENTIFIER_EXISTS);
}

/** @throws Failure 201 when a public key of the device does not fit its algorithm */
export function requireDeviceKeys(crypto: ServerCrypto, { derived }: DeviceRegisterData): void {
	requireKeyPairs(crypto, {
		publicKey: derived.public_key,
		encryptAlgorithm: derived.keypair_encrypt_alg,
		verifyKey: derived.verify_key,
		signAlgorithm: derived.keypair_sign_alg,
	});
}

function requireKeyPairs(
	crypto: ServerCrypto,
	keys: { publicKey: string; encryptAlgorithm: string; verifyKey: string; signAlgorithm: string },
): void {
	requirePublicKey(crypto, { publicKeyString: keys.publicKey, algorithm: keys.encryptAlgorithm, use: "encrypt" });
	requirePublicKey(crypto, { publicKeyString: keys.verifyKey, algorithm: keys.signAlgorithm, use: "sign" });
}
