import { type KeysAccepted, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import type { GroupRow } from "../../database/repositories/groups.js";
import {
	deletePendingMember,
	findPendingMember,
	insertPendingMember,
} from "../../database/repositories/pending-members.js";
import { MEMBER_TYPE, PENDING_KIND, type PendingMemberTable } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import type { Identity } from "../jwt/tokens.js";
import { keysAccepted } from "../key/upload.js";
import type { Services } from "../services.js";
import { requireUser } from "../user/user.js";
import { type GroupAccess, renewAccess, requireGroup, requireRank } from "./access.js";
import {
	admit,
	type Given,
	grantedRank,
	newKeySession,
	requireInvitesAllowed,
	requireKeys,
	requireNoMember,
} from "./admission.js";
import { RANK_INVITE, RANK_REPRESENT } from "./pending.js";

// Join requests (protocol/http-api §12.6).

export async function sendJoinRequest(services: Services, identity: Identity, groupId: string): Promise<void> {
	const { appId, userId } = identity;
	await services.database.transaction(async (db) => {
		await requireUser(db, appId, userId);
		await request(services, db, await requireGroup(db, appId, groupId), userId, MEMBER_TYPE.user);
	});
}

/** Asks for a group that wants to be a member of a connected one. */
export async function sendJoinRequestForGroup(services: Services, access: GroupAccess, groupId: string): Promise<void> {
	await services.database.transaction(async (db) => {
		const { group } = requireRank(await renewAccess(db, access), RANK_REPRESENT);
		if (group.isConnected !== 0) throw new Failure(SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
		const target = await requireGroup(db, group.appId, groupId);
		if (target.isConnected === 0) throw new Failure(SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
		await request(services, db, target, group.id, MEMBER_TYPE.group);
	});
}

/** Takes back a join request of a user; none is as good. */
export async function deleteJoinRequest({ database }: Services, identity: Identity, groupId: string): Promise<void> {
	const { appId, userId } = identity;
	await database.transaction(async (db) => {
		await requireGroup(db, appId, groupId);
		await deletePendingMember(db, { groupId, memberId: userId, kind: PENDING_KIND.joinRequest });
	});
}

/** {@link deleteJoinRequest} of a group. */
export async function deleteJoinRequestOfGroup(
	{ database }: Services,
	access: GroupAccess,
	groupId: string,
): Promise<void> {
	await database.transaction(async (db) => {
		const { group } = requireRank(await renewAccess(db, access), RANK_REPRESENT);
		await requireGroup(db, group.appId, groupId);
		await deletePendingMember(db, { groupId, memberId: group.id, kind: PENDING_KIND.joinRequest });
	});
}

/** Makes who asked a member; whether invites are allowed does not matter. */
export async function acceptJoinRequest(
	services: Services,
	access: GroupAccess,
	memberId: string,
	given: Given,
): Promise<KeysAccepted> {
	const keySessionId = newKeySession(services, given);
	await services.database.transaction(async (db) => {
		const acceptor = await renewAccess(db, access);
		const { groupId } = acceptor;
		requireKeys(given);
		const rank = grantedRank(given, acceptor.rank);
		requireRank(acceptor, RANK_INVITE);
		await requireNoMember(db, groupId, memberId);
		const pending = await findPendingMember(db, groupId, memberId);
		if (pending?.kind !== PENDING_KIND.joinRequest) throw new Failure(SERVER_ERRORS.JOIN_REQUEST_NOT_FOUND);
		await deletePendingMember(db, pending);
		await admit(services, db, { groupId, memberId, rank, type: pending.type, keySessionId, chosen: 1 }, given);
	});
	return keysAccepted(keySessionId, "The join request was accepted");
}

/** Removes a join request; none is as good. */
export async function rejectJoinRequest({ database }: Services, access: GroupAccess, memberId: string): Promise<void> {
	await database.transaction(async (db) => {
		const { groupId } = requireRank(await renewAccess(db, access), RANK_INVITE);
		await deletePendingMember(db, { groupId, memberId, kind: PENDING_KIND.joinRequest });
	});
}

/** A second request changes nothing, nor does one to a group that has sent an invite. */
async function request(
	{ now }: Services,
	db: Writes,
	group: GroupRow,
	memberId: string,
	type: PendingMemberTable["type"],
): Promise<void> {
	await requireNoMember(db, group.id, memberId);
	requireInvitesAllowed(group);
	if ((await findPendingMember(db, group.id, memberId)) !== undefined) return;
	await insertPendingMember(db, {
		groupId: group.id,
		memberId,
		kind: PENDING_KIND.joinRequest,
		type,
		// That of the member is chosen by who accepts.
		rank: 4,
		createdAt: now(),
		keySessionId: null,
	});
}
