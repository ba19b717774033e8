import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { hash } from "../../bytes.js";
import type { Writes } from "../../database/database.js";
import { identifierIsTaken, updateDevice } from "../../database/repositories/devices.js";
import { deleteGroup } from "../../database/repositories/groups.js";
import { deleteMemberships } from "../../database/repositories/memberships.js";
import { Failure } from "../failure.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { requireOwnDevice } from "./own-device.js";

/** Another identifier for the device of the JWT; its own current one is in use, too (protocol/http-api §11). */
export async function updateIdentifier(
	{ database }: Services,
	{ appId, deviceId }: Identity,
	identifier: string,
): Promise<void> {
	const identifierHash = hash(identifier);
	await database.transaction(async (db) => {
		if (await identifierIsTaken(db, appId, identifierHash)) throw new Failure(SERVER_ERRORS.IDENTIFIER_EXISTS);
		if (!(await updateDevice(db, deviceId, { identifierHash }))) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	});
}

/** {@link deleteUser} for the user of the JWT. */
export async function deleteOwnUser({ database }: Services, identity: Identity): Promise<void> {
	await database.transaction(async (db) => {
		await requireOwnDevice(db, identity);
		await deleteUser(db, identity);
	});
}

/** Removes a user with everything that is theirs, also from the groups of others (protocol/http-api §18). */
export async function deleteUser(
	db: Writes,
	{ appId, userId, userGroupId }: Pick<Identity, "appId" | "userId" | "userGroupId">,
): Promise<void> {
	await deleteMemberships(db, userId);
	// The row of the user, and with it devices, sessions and the second factor, goes with its group.
	await deleteGroup(db, appId, userGroupId);
}
