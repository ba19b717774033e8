import {
	type DeviceListItem,
	type DoneRegisterDevice,
	type DoneRegisterLightDevice,
	type KeysAccepted,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import type { Cursor } from "../../database/paging.js";
import { countDevices, deleteDevice, listDevices } from "../../database/repositories/devices.js";
import { deleteMemberships, insertMember } from "../../database/repositories/members.js";
import { MEMBER_TYPE } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import type { Identity } from "../jwt/tokens.js";
import { deviceHolder, type KeyHolder, requireHolder } from "../key/holder.js";
import { keysAccepted, requireKeyCount, storeWrappedKeys } from "../key/upload.js";
import type { Services } from "../services.js";
import { storeDevice } from "./register.js";
import { openColumn } from "./sealed-columns.js";
import { takeWaiting } from "./waiting-devices.js";

/** Rank of a device that is given none; ranks have no effect in a user group (protocol/http-api §15). */
const DEVICE_RANK = 4;

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
		await storeWrappedKeys(services, db, joined, user_keys.keys);
	});
	return keysAccepted(keySessionId, "The device was added to the account");
}

/** {@link doneRegisterDevice} of a user without user keys. */
export async function doneRegisterLightDevice(
	services: Services,
	identity: Identity,
	{ token, user_group }: DoneRegisterLightDevice,
): Promise<void> {
	const joining = { token, rank: user_group.rank, keySessionId: null };
	await services.database.transaction((db) => joinAccount(services, db, identity, joining));
}

interface JoiningDevice {
	readonly token: string;
	readonly rank: number | null | undefined;
	readonly keySessionId: string | null;
}

async function joinAccount(
	services: Services,
	db: Writes,
	identity: Identity,
	{ token, rank, keySessionId }: JoiningDevice,
): Promise<KeyHolder> {
	const { appId, userId, userGroupId } = identity;
	const rankOrDefault = rank ?? DEVICE_RANK;
	if (rankOrDefault < 1 || rankOrDefault > 4) throw new Failure(SERVER_ERRORS.RANK_INSUFFICIENT);
	await requireHolder(db, deviceHolder(identity));
	const { deviceId, device } = await takeWaiting(services, db, appId, token);
	await storeDevice(services, db, { appId, deviceId, device, userId });
	const joined = await insertMember(db, {
		groupId: userGroupId,
		memberId: deviceId,
		rank: rankOrDefault,
		type: MEMBER_TYPE.user,
		joinedAt: services.now(),
		keySessionId,
		chosen: 1,
	});
	if (!joined) throw new Failure(SERVER_ERRORS.ALREADY_MEMBER);
	return deviceHolder({ userGroupId, deviceId });
}

/** The devices of the caller, in the order in which they joined the account. */
export async function readDevices(
	services: Services,
	identity: Identity,
	after: Cursor | undefined,
): Promise<DeviceListItem[]> {
	const devices = await listDevices(services.database.reads, identity.userId, identity.userGroupId, after);
	return devices.map((device) => ({
		device_id: device.id,
		time: device.joinedAt,
		device_identifier: openColumn(services, device, "sealedIdentifierHash"),
	}));
}

/**
 * Removes a device of the caller with its sessions and its keys.
 *
 * @throws Failure 100 when it is none of the caller's, 115 when it is the last one
 */
export async function removeDevice({ database }: Services, { userId }: Identity, deviceId: string): Promise<void> {
	await database.transaction(async (db) => {
		if (!(await deleteDevice(db, userId, deviceId))) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
		if ((await countDevices(db, userId)) === 0) throw new Failure(SERVER_ERRORS.LAST_DEVICE);
		await deleteMemberships(db, deviceId);
	});
}
