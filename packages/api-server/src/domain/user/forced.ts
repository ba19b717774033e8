import type { RegisterData } from "@sentc-ts/core-crypto/wire";
import { type ForcedLightLogin, type ForcedLogin, SERVER_ERRORS, type ServerError } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { type AttachedDevice, deleteDevices, findAttachedDevice } from "../../database/repositories/devices.js";
import { deleteGroup } from "../../database/repositories/groups.js";
import { replaceUserGroup } from "../../database/repositories/users.js";
import { Failure } from "../../failure.js";
import type { Services } from "../services.js";
import { deleteUser } from "./deletion.js";
import { forcedDeviceKeysView } from "./device-keys.js";
import { type OpenSession, openSession } from "./refresh-token.js";
import { requireUserKeys, storeDevice, storeUserGroup } from "./register.js";
import { indexOf } from "./sealed-columns.js";
import { removeSecondFactor } from "./second-factor.js";
import { lightSession, session } from "./session.js";
import { endSessions } from "./session-list.js";
import { requireUser } from "./user.js";

// What an own backend does for a user without that user's JWT (protocol/http-api §8).

/** A session without password and second factor. */
export async function forcedLogin(services: Services, appId: string, identifier: string): Promise<ForcedLogin> {
	const { device, opened } = await openForcedSession(services, appId, identifier);
	return { device_keys: forcedDeviceKeysView(services, device), verify: await session(services, device, opened) };
}

/** {@link forcedLogin} of a user without user keys. */
export async function forcedLightLogin(
	services: Services,
	appId: string,
	identifier: string,
): Promise<ForcedLightLogin> {
	const { device, opened } = await openForcedSession(services, appId, identifier);
	return {
		device_keys: forcedDeviceKeysView(services, device),
		verify: await lightSession(services, device, opened),
	};
}

export async function forcedDelete(services: Services, appId: string, identifier: string): Promise<void> {
	await services.database.transaction(async (db) =>
		deleteUser(services, db, await requireDevice(services, db, appId, identifier)),
	);
	services.fileJobs.nudge();
}

export async function forcedDeleteById(services: Services, appId: string, userId: string): Promise<void> {
	await services.database.transaction(async (db) => {
		const userGroupId = await requireUser(db, appId, userId);
		await deleteUser(services, db, { appId, userId, userGroupId });
	});
	services.fileJobs.nudge();
}

export async function forcedDisableOtp(services: Services, appId: string, identifier: string): Promise<void> {
	await services.database.transaction(async (db) =>
		removeSecondFactor(db, (await requireDevice(services, db, appId, identifier)).userId),
	);
}

/** Ends every session of every device. */
export async function forcedEndSessions(services: Services, appId: string, identifier: string): Promise<void> {
	await services.database.transaction(async (db) => {
		const { userId } = await requireDevice(services, db, appId, identifier);
		await endSessions(db, { userId });
	});
}

/** One new device and a new user group for a user; id, memberships and second factor stay. */
export async function resetUser(services: Services, appId: string, data: RegisterData): Promise<void> {
	requireUserKeys(services.crypto, data);
	const { device, group } = data;
	const deviceId = services.newId();
	await services.database.transaction(async (db) => {
		const { userId, userGroupId } = await requireDevice(services, db, appId, device.device_identifier);
		await deleteDevices(db, userId);
		const newGroupId = await storeUserGroup(services, db, { appId, deviceId, keys: group });
		await replaceUserGroup(db, userId, newGroupId);
		// Only now: the row of a user goes with its group.
		await deleteGroup(db, appId, userGroupId);
		await storeDevice(services, db, { appId, deviceId, device, userId });
	});
}

async function openForcedSession(
	services: Services,
	appId: string,
	identifier: string,
): Promise<{ device: AttachedDevice; opened: OpenSession }> {
	return services.database.transaction(async (db) => {
		const device = await requireDevice(services, db, appId, identifier, SERVER_ERRORS.LOGIN_REFUSED);
		return { device, opened: await openSession(services, db, device.id) };
	});
}

async function requireDevice(
	services: Services,
	db: Reads,
	appId: string,
	identifier: string,
	error: ServerError = SERVER_ERRORS.USER_NOT_FOUND,
): Promise<AttachedDevice> {
	const device = await findAttachedDevice(db, appId, indexOf(services, appId, identifier));
	if (device === undefined) throw new Failure(error);
	return device;
}
