import { type DeviceListItem, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Cursor } from "../../database/paging.js";
import { countDevices, deleteDevice, listDevices } from "../../database/repositories/devices.js";
import { deleteMemberships } from "../../database/repositories/memberships.js";
import { Failure } from "../failure.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";

/** The devices of the caller, in the order in which they joined the account. */
export async function readDevices(
	{ database }: Services,
	identity: Identity,
	after: Cursor | undefined,
): Promise<DeviceListItem[]> {
	const devices = await listDevices(database.reads, identity, after);
	return devices.map(({ id, joinedAt, identifierHash }) => ({
		device_id: id,
		time: joinedAt,
		device_identifier: identifierHash,
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
