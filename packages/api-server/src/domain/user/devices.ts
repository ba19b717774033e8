import type { DeviceRegisterData, NewMemberKey } from "@sentc-ts/core-crypto/wire";
import {
	type DeviceRegisterResult,
	type DoneRegisterDevice,
	type KeysAccepted,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { hash, randomToken } from "../../bytes.js";
import { findMemberByKeySession, insertMember } from "../../database/repositories/groups.js";
import { attachDevice } from "../../database/repositories/users.js";
import { MEMBER_TYPE } from "../../database/schema.js";
import { Failure } from "../failure.js";
import { requireKeyCount, storeWrappedKeys } from "../group/wrapped-keys.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { requireDeviceKeys, storeDevice } from "./register.js";

/** Rank of a device that is given none; ranks have no effect in a user group (spec http-api §15). */
const DEVICE_RANK = 4;

/** Registers a device that waits until somebody who is logged in makes it part of an account. */
export async function prepareRegisterDevice(
	services: Services,
	appId: string,
	device: DeviceRegisterData,
): Promise<DeviceRegisterResult> {
	requireDeviceKeys(services.crypto, device);
	const deviceId = services.newId();
	const token = randomToken();
	const waiting = { appId, deviceId, device, userId: null, registrationTokenHash: hash(token) };
	await services.database.transaction((db) => storeDevice(services, db, waiting));
	return {
		device_id: deviceId,
		token,
		device_identifier: device.device_identifier,
		public_key_string: device.derived.public_key,
		keypair_encrypt_alg: device.derived.keypair_encrypt_alg,
	};
}

/** Makes a waiting device part of the caller's account, with the keys it needs (spec http-api §11). */
export async function doneRegisterDevice(
	services: Services,
	appId: string,
	{ userId, userGroupId }: Identity,
	{ token, user_keys }: DoneRegisterDevice,
): Promise<KeysAccepted> {
	const rank = user_keys.rank ?? DEVICE_RANK;
	requireKeyCount(user_keys.keys);
	if (rank < 1 || rank > 4) throw new Failure(SERVER_ERRORS.RANK_INSUFFICIENT);
	const keySessionId = user_keys.key_session ? services.newId() : null;
	const now = services.now();
	await services.database.transaction(async (db) => {
		const deviceId = await attachDevice(db, appId, hash(token), userId);
		if (deviceId === undefined) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
		await insertMember(db, {
			groupId: userGroupId,
			memberId: deviceId,
			rank,
			type: MEMBER_TYPE.user,
			joinedAt: now,
			keySessionId,
		});
		await storeWrappedKeys(db, { groupId: userGroupId, memberId: deviceId, createdAt: now }, user_keys.keys);
	});
	return { session_id: keySessionId ?? undefined, message: "The device was added to the account" };
}

/** More keys for the device that the session was opened for (spec http-api §17.4). */
export async function uploadDeviceKeys(
	{ database, now }: Services,
	{ userGroupId }: Identity,
	sessionId: string,
	keys: readonly NewMemberKey[],
): Promise<void> {
	requireKeyCount(keys);
	await database.transaction(async (db) => {
		const device = await findMemberByKeySession(db, userGroupId, sessionId);
		if (device === undefined) throw new Failure(SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
		await storeWrappedKeys(db, { groupId: userGroupId, memberId: device.memberId, createdAt: now() }, keys);
	});
}
