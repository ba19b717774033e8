import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { findMember } from "../../database/repositories/groups.js";
import { Failure } from "../failure.js";
import type { Identity } from "../jwt/tokens.js";

/**
 * Is the device of the JWT still part of the account? It may have been deleted since the JWT was checked: a body can take
 * its time to arrive.
 *
 * @throws Failure 100
 */
export async function requireOwnDevice(db: Reads, { userGroupId, deviceId }: Identity): Promise<void> {
	const member = await findMember(db, userGroupId, deviceId);
	if (member === undefined) throw new Failure(SERVER_ERRORS.USER_NOT_FOUND);
}
