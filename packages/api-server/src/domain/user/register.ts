import type { DeviceRegisterData, GroupCreateData, RegisterData } from "@sentc-ts/core-crypto/wire";
import { type RegisterResult, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { insertDevice } from "../../database/repositories/devices.js";
import { insertUser } from "../../database/repositories/users.js";
import { GROUP_TYPE } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import { storeGroup, storeLightGroup } from "../group/store.js";
import { requireGeneration, requirePublicKey } from "../key/generation.js";
import type { ServerCrypto, Services } from "../services.js";
import { deviceKeyColumns } from "./device-keys.js";
import { identifierColumns } from "./sealed-columns.js";

/** Creates a user with the first device and the user group, all or nothing (protocol/http-api §7). */
export async function register(services: Services, appId: string, data: RegisterData): Promise<RegisterResult> {
	requireUserKeys(services.crypto, data);
	return storeUser(services, appId, data.device, (db, deviceId) =>
		storeUserGroup(services, db, { appId, deviceId, keys: data.group }),
	);
}

/** {@link register} of a user without user keys. */
export async function registerLight(
	services: Services,
	appId: string,
	device: DeviceRegisterData,
): Promise<RegisterResult> {
	requireDeviceKeys(services.crypto, device);
	return storeUser(services, appId, device, (db, deviceId) =>
		storeLightGroup(services, db, { appId, type: GROUP_TYPE.user, memberId: deviceId }),
	);
}

async function storeUser(
	services: Services,
	appId: string,
	device: DeviceRegisterData,
	storeItsGroup: (db: Writes, deviceId: string) => Promise<string>,
): Promise<RegisterResult> {
	const userId = services.newId();
	const deviceId = services.newId();
	await services.database.transaction(async (db) => {
		const userGroupId = await storeItsGroup(db, deviceId);
		await insertUser(db, { id: userId, appId, userGroupId, createdAt: services.now() });
		await storeDevice(services, db, { appId, deviceId, device, userId });
	});
	return { user_id: userId, device_id: deviceId, device_identifier: device.device_identifier };
}

/** Stores the group that holds the keys of a user, with the first device as its member; returns its id. */
export async function storeUserGroup(
	services: Services,
	db: Writes,
	{ appId, deviceId, keys }: { appId: string; deviceId: string; keys: GroupCreateData },
): Promise<string> {
	return storeGroup(services, db, {
		appId,
		type: GROUP_TYPE.user,
		memberId: deviceId,
		memberPublicKeyId: deviceId,
		keys,
	});
}

interface NewDevice {
	readonly appId: string;
	readonly deviceId: string;
	readonly device: DeviceRegisterData;
	readonly userId: string;
}

/** @throws Failure 101 when the identifier is in use */
export async function storeDevice(services: Services, db: Writes, input: NewDevice): Promise<void> {
	const { deviceId, appId, userId, device } = input;
	const stored = await insertDevice(db, {
		id: deviceId,
		appId,
		userId,
		...identifierColumns(services, { appId, deviceId }, device.device_identifier),
		...deviceKeyColumns(services, deviceId, device),
		createdAt: services.now(),
	});
	if (!stored) throw new Failure(SERVER_ERRORS.IDENTIFIER_EXISTS);
}

/** @throws Failure 117 without the sign keys of the user, 201 when a public key does not fit its algorithm */
export function requireUserKeys(crypto: ServerCrypto, { device, group }: RegisterData): void {
	requireGeneration(crypto, GROUP_TYPE.user, group);
	requireDeviceKeys(crypto, device);
}

/** @throws Failure 201 when a public key of the device does not fit its algorithm */
export function requireDeviceKeys(crypto: ServerCrypto, { derived }: DeviceRegisterData): void {
	const { public_key, keypair_encrypt_alg, verify_key, keypair_sign_alg } = derived;
	requirePublicKey(crypto, { publicKeyString: public_key, algorithm: keypair_encrypt_alg, use: "encrypt" });
	requirePublicKey(crypto, { publicKeyString: verify_key, algorithm: keypair_sign_alg, use: "sign" });
}
