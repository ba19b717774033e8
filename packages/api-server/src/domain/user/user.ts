import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { findUserGroupId } from "../../database/repositories/users.js";
import { Failure } from "../../failure.js";

/**
 * The group that holds the keys of a user of this app.
 *
 * @throws Failure 100 when there is no such user
 */
export async function requireUser(db: Reads, appId: string, userId: string): Promise<string> {
	const userGroupId = await findUserGroupId(db, appId, userId);
	if (userGroupId === undefined) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
	return userGroupId;
}
