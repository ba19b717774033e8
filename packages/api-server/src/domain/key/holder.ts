import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { ownsPublicKey } from "../../database/repositories/keys.js";
import { findMember } from "../../database/repositories/members.js";
import { GROUP_TYPE, type GroupTable } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import type { Identity } from "../jwt/tokens.js";

/** A member of a group, as whom a caller uses the keys of the group: a device of a user group, a user or a group elsewhere. */
export interface KeyHolder {
	readonly groupId: string;
	readonly groupType: GroupTable["type"];
	/** The id under which the keys are stored. */
	readonly memberId: string;
	/** Throws when the caller may not act as the holder any more. */
	readonly recheck?: ((db: Reads) => Promise<void>) | undefined;
}

/** Holds the keys of the user for the device of the JWT. */
export function deviceHolder({ userGroupId, deviceId }: Pick<Identity, "userGroupId" | "deviceId">): KeyHolder {
	return { groupId: userGroupId, groupType: GROUP_TYPE.user, memberId: deviceId };
}

/**
 * Is the holder still a member, and may the caller still act as it? Either may have changed since the request was checked: a body
 * can take its time to arrive.
 *
 * @throws Failure 100 for a device, 310 for a member of another group
 */
export async function requireHolder(db: Reads, { groupId, groupType, memberId, recheck }: KeyHolder): Promise<void> {
	if ((await findMember(db, groupId, memberId)) === undefined) throw notAMember(groupType);
	await recheck?.(db);
}

function notAMember(groupType: KeyHolder["groupType"]): Failure {
	return new Failure(groupType === GROUP_TYPE.user ? SERVER_ERRORS.USER_NOT_FOUND : SERVER_ERRORS.NO_GROUP_ACCESS);
}

/**
 * {@link requireHolder}, and is this one of its public keys? By no other one could it open what it stores for itself.
 *
 * @throws Failure 1 for a public key of somebody else
 */
export async function requirePublicKeyOf(db: Reads, holder: KeyHolder, publicKeyId: string): Promise<void> {
	await requireHolder(db, holder);
	if (!(await ownsPublicKey(db, holder.memberId, publicKeyId))) throw new Failure(SERVER_ERRORS.INVALID_ID);
}
