import type { ChangePasswordData, DeviceRegisterData, ResetPasswordData } from "@sentc-ts/core-crypto/wire";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import {
	type DeviceRow,
	findKnownDevice,
	findKnownDeviceById,
	updateDevice,
} from "../../database/repositories/devices.js";
import { Failure, orFail } from "../../failure.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { deviceKeyColumns, masterKeyColumns } from "./device-keys.js";
import { requireDeviceKeys } from "./register.js";
import { indexOf, openColumn, sealColumns } from "./sealed-columns.js";
import { endSessions } from "./session-list.js";

/**
 * Does the caller know the password of the device (protocol/http-api §13.2)?
 *
 * @throws Failure 111 for a malformed auth key, 112 for another one
 */
export function requireAuthKey(
	services: Services,
	device: Pick<DeviceRow, "id" | "sealedHashedAuthenticationKey">,
	authKey: string,
): void {
	const hashedAuthenticationKey = openColumn(services, device, "sealedHashedAuthenticationKey");
	const fits = orFail(SERVER_ERRORS.AUTH_KEY_MALFORMED, () =>
		services.crypto.verifyAuthKey({ authKey, hashedAuthenticationKey }),
	);
	if (!fits) throw new Failure(SERVER_ERRORS.LOGIN_REFUSED);
}

/**
 * A new password for the device of the JWT, from somebody who knows the old one (protocol/http-api §11). Sessions go on unless
 * their end is asked for; that of the JWT goes on always.
 */
export async function changePassword(
	services: Services,
	{ userId, deviceId, sessionId }: Identity,
	data: ChangePasswordData,
): Promise<void> {
	await services.database.transaction(async (db) => {
		const device = await findKnownDeviceById(db, deviceId);
		if (device === undefined) throw new Failure(SERVER_ERRORS.JWT_NOT_FRESH);
		requireAuthKey(services, device, data.old_auth_key);
		await updateDevice(db, deviceId, {
			...sealColumns(services, deviceId, {
				sealedClientRandomValue: data.new_client_random_value,
				sealedHashedAuthenticationKey: data.new_hashed_authentication_key,
				sealedEncryptedMasterKey: data.new_encrypted_master_key,
			}),
			derivedAlg: data.new_derived_alg,
			encryptedMasterKeyAlg: data.new_encrypted_master_key_alg,
		});
		if (data.end_sessions) await endSessions(db, data.end_sessions === "all" ? { userId } : { deviceId }, sessionId);
	});
}

/** A new password for the device of the JWT, from somebody who has its keys; ends its sessions. */
export async function resetPassword(
	services: Services,
	{ deviceId }: Identity,
	data: ResetPasswordData,
): Promise<void> {
	await services.database.transaction(async (db) => {
		const found = await updateDevice(db, deviceId, {
			...masterKeyColumns(services, deviceId, data.master_key),
			...sealColumns(services, deviceId, {
				sealedClientRandomValue: data.client_random_value,
				sealedHashedAuthenticationKey: data.hashed_authentication_key,
			}),
			derivedAlg: data.derived_alg,
			encryptedPrivateKey: data.encrypted_private_key,
			encryptedSignKey: data.encrypted_sign_key,
		});
		if (!found) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
		await endSessions(db, { deviceId });
	});
}

/** New keys and a new password for the device of a light user; ends its sessions. An unknown identifier is no error. */
export async function resetLightPassword(services: Services, appId: string, data: DeviceRegisterData): Promise<void> {
	requireDeviceKeys(services.crypto, data);
	await services.database.transaction(async (db) => {
		const device = await findKnownDevice(db, appId, indexOf(services, appId, data.device_identifier));
		if (device === undefined) return;
		await updateDevice(db, device.id, deviceKeyColumns(services, device.id, data));
		await endSessions(db, { deviceId: device.id });
	});
}
