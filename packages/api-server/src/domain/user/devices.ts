import type { DeviceRegisterData, NewMemberKey } from "@sentc-ts/core-crypto/wire";
import {
	type DeviceRegisterResult,
	type DoneRegisterDevice,
	type DoneRegisterLightDevice,
	type KeysAccepted,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { hash, randomToken } from "../../bytes.js";
import type { Writes } from "../../database/database.js";
import { attachDevice } from "../../database/repositories/devices.js";
import { findMemberByKeySession, insertMember } from "../../database/repositories/groups.js";
import { MEMBER_TYPE } from "../../database/schema.js";
import { Failure } from "../failure.js";
import { requireKeyCount, storeWrappedKeys } from "../group/wrapped-keys.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { requireOwnDevice } from "./own-device.js";
import { requireDeviceKeys, storeDevice } from "./register.js";

/** Rank of a device that is given none; ranks have no effect in a user group (protocol/http-api §15). */
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

/** Makes a waiting device part of the caller's account, with the keys it needs (protocol/http-api §11). */
export async function doneRegisterDevice(
	services: Services,
	identity: Identity,
	{ token, user_keys }: DoneRegisterDevice,
): Promise<KeysAccepted> {
	requireKeyCount(user_keys.keys);
	const keySessionId = user_keys.key_session ? services.newId() : null;
	await services.database.transaction(async (db) => {
		const joined = await joinAccount(services, db, identity, { token, rank: user_keys.rank, keySessionId });
		await storeWrappedKeys(db, joined, user_keys.keys);
	});
	return { session_id: keySessionId ?? undefined, message: "The device was added to the account" };
}

/** {@link doneRegisterDevice} of a user without user keys. */
export async function doneRegisterLightDevice(
	services: Services,
	identity: Identity,
	{ token, user_group }: DoneRegisterLightDevice,
): Promise<void> {
	await services.database.transaction((db) =>
		joinAccount(services, db, identity, { token, rank: user_group.rank, keySessionId: null }),
	);
}

interface JoiningDevice {
	readonly token: string;
	readonly rank: number | null | undefined;
	readonly keySessionId: string | null;
}

async function joinAccount(
	{ now }: Services,
	db: Writes,
	identity: Identity,
	{ token, rank, keySessionId }: JoiningDevice,
): Promise<{ groupId: string; memberId: string; createdAt: number }> {
	const { appId, userId, userGroupId } = identity;
	const rankOrDefault = rank ?? DEVICE_RANK;
	if (rankOrDefault < 1 || rankOrDefault > 4) throw new Failure(SERVER_ERRORS.RANK_INSUFFICIENT);
	await requireOwnDevice(db, identity);
	const memberId = await attachDevice(db, appId, hash(token), userId);
	if (memberId === undefined) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	const member = { groupId: userGroupId, memberId, rank: rankOrDefault, type: MEMBER_TYPE.user };
	const joined = await insertMember(db, { ...member, joinedAt: now(), keySessionId });
	if (!joined) throw new Failure(SERVER_ERRORS.ALREADY_MEMBER);
	return { groupId: userGroupId, memberId, createdAt: now() };
}

/** More keys for the device that the session was opened for (protocol/http-api §17.4). */
export async function uploadDeviceKeys(
	{ database, now }: Services,
	identity: Identity,
	sessionId: string,
	keys: readonly NewMemberKey[],
): Promise<void> {
	requireKeyCount(keys);
	const { userGroupId } = identity;
	await database.transaction(async (db) => {
		await requireOwnDevice(db, identity);
		const device = await findMemberByKeySession(db, userGroupId, sessionId);
		if (device === undefined) throw new Failure(SERVER_ERRORS.KEY_SESSION_NOT_FOUND);
		await storeWrappedKeys(db, { groupId: userGroupId, memberId: device.memberId, createdAt: now() }, keys);
	});
}
