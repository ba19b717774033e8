import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { findNormalGroup } from "../../database/repositories/groups.js";
import { deleteMember } from "../../database/repositories/members.js";
import {
	deletePendingMember,
	findPendingMember,
	type PendingMemberRow,
} from "../../database/repositories/pending-members.js";
import { PENDING_KIND } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { requireUser } from "../user/user.js";
import { type GroupAccess, renewAccess, requireRank } from "./access.js";
import { admit } from "./admission.js";
import { RANK_REPRESENT } from "./pending.js";

// How invites are answered (protocol/http-api §12.4.3).

/** Makes the user a member, with the rank, the keys and the session for more keys that the invite has. */
export async function acceptInvite(services: Services, identity: Identity, groupId: string): Promise<void> {
	const { appId, userId } = identity;
	await services.database.transaction(async (db) => {
		await requireUser(db, appId, userId);
		await accept(services, db, await takeInvite(db, appId, groupId, userId));
	});
}

/** {@link acceptInvite} for a group that was invited. */
export async function acceptInviteForGroup(services: Services, access: GroupAccess, groupId: string): Promise<void> {
	await services.database.transaction(async (db) => {
		const { group } = requireRank(await renewAccess(db, access), RANK_REPRESENT);
		await accept(services, db, await takeInvite(db, group.appId, groupId, group.id));
	});
}

/** Removes the invite with the keys that waited for the user. */
export async function rejectInvite(
	{ database }: Services,
	{ appId, userId }: Identity,
	groupId: string,
): Promise<void> {
	await database.transaction(async (db) => {
		await takeInvite(db, appId, groupId, userId);
		await deleteMember(db, groupId, userId);
	});
}

/** {@link rejectInvite} for a group that was invited. */
export async function rejectInviteForGroup(
	{ database }: Services,
	access: GroupAccess,
	groupId: string,
): Promise<void> {
	await database.transaction(async (db) => {
		const { group } = requireRank(await renewAccess(db, access), RANK_REPRESENT);
		await takeInvite(db, group.appId, groupId, group.id);
		await deleteMember(db, groupId, group.id);
	});
}

/** @throws Failure 307 when there is no open invite */
async function takeInvite(db: Writes, appId: string, groupId: string, memberId: string): Promise<PendingMemberRow> {
	const group = await findNormalGroup(db, appId, groupId);
	const invite = group && (await findPendingMember(db, group.id, memberId));
	if (invite?.kind !== PENDING_KIND.invite) throw new Failure(SERVER_ERRORS.INVITE_NOT_FOUND);
	await deletePendingMember(db, invite);
	return invite;
}

async function accept(
	services: Services,
	db: Writes,
	{ groupId, memberId, rank, type, keySessionId }: PendingMemberRow,
): Promise<void> {
	await admit(services, db, { groupId, memberId, rank, type, keySessionId, chosen: 1 });
}
