import type { Writes } from "../../database/database.js";
import { deleteGroup } from "../../database/repositories/groups.js";
import { deleteMemberships } from "../../database/repositories/members.js";
import { discardFiles } from "../file/discard.js";
import type { Identity } from "../jwt/tokens.js";
import { deviceHolder, requireHolder } from "../key/holder.js";
import type { Services } from "../services.js";

/** {@link deleteUser} for the user of the JWT. */
export async function deleteOwnUser(services: Services, identity: Identity): Promise<void> {
	await services.database.transaction(async (db) => {
		await requireHolder(db, deviceHolder(identity));
		await deleteUser(services, db, identity);
	});
	services.fileJobs.nudge();
}

/**
 * Removes a user with everything that is theirs, also from the groups of others (protocol/http-api §18). Files go, too: those that
 * the user registered or received; those of groups stay. To be followed by `fileJobs.nudge`.
 */
export async function deleteUser(
	services: Services,
	db: Writes,
	{ appId, userId, userGroupId }: Pick<Identity, "appId" | "userId" | "userGroupId">,
): Promise<void> {
	await deleteMemberships(db, userId);
	await discardFiles(services, db, { appId, userId });
	// The row of the user, and with it devices, sessions and the second factor, goes with its group.
	await deleteGroup(db, appId, userGroupId);
}
