import { type KeysAccepted, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads, Writes } from "../../database/database.js";
import { findNormalGroup } from "../../database/repositories/groups.js";
import { deleteMember, findMember, findNearestMembership } from "../../database/repositories/members.js";
import {
	deletePendingMember,
	findPendingMember,
	insertPendingMember,
} from "../../database/repositories/pending-members.js";
import { MEMBER_TYPE, PENDING_KIND } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import { isId } from "../../ids.js";
import { keysAccepted } from "../key/upload.js";
import type { Services } from "../services.js";
import { type GroupAccess, renewAccess, requireGroup, requireRank } from "./access.js";
import {
	admit,
	type Given,
	grantedRank,
	newKeySession,
	requireInvitesAllowed,
	requireKeys,
	requireNoMember,
	storeGivenKeys,
} from "./admission.js";
import { RANK_INVITE, RANK_REPRESENT } from "./pending.js";

/** Who is invited. */
export interface Invitee {
	readonly id: string;
	readonly type: typeof MEMBER_TYPE.user | typeof MEMBER_TYPE.group;
	/** A group may become a member whether the groups are connected or not. */
	readonly force?: boolean;
}

export const invitedUser = (id: string): Invitee => ({ id, type: MEMBER_TYPE.user });
export const invitedGroup = (id: string): Invitee => ({ id, type: MEMBER_TYPE.group });
export const forcedGroup = (id: string): Invitee => ({ id, type: MEMBER_TYPE.group, force: true });

/** Invites somebody, who may accept; the keys wait for that. A join request of the same becomes an invite. */
export async function invite(
	services: Services,
	access: GroupAccess,
	invitee: Invitee,
	given: Given,
): Promise<KeysAccepted> {
	const keySessionId = newKeySession(services, given);
	await services.database.transaction(async (db) => {
		const rank = await requireInvitation(db, access, invitee, given);
		const pending = { groupId: access.groupId, memberId: invitee.id };
		await deletePendingMember(db, { ...pending, kind: PENDING_KIND.joinRequest });
		await insertPendingMember(db, {
			...pending,
			kind: PENDING_KIND.invite,
			type: invitee.type,
			rank,
			createdAt: services.now(),
			keySessionId,
		});
		await storeGivenKeys(services, db, pending, given);
	});
	return keysAccepted(keySessionId, "The invite was sent");
}

/** Makes somebody a member at once. */
export async function inviteAuto(
	services: Services,
	access: GroupAccess,
	invitee: Invitee,
	given: Given,
): Promise<KeysAccepted> {
	const keySessionId = newKeySession(services, given);
	await services.database.transaction(async (db) => {
		const rank = await requireInvitation(db, access, invitee, given);
		const { groupId } = access;
		await deletePendingMember(db, { groupId, memberId: invitee.id, kind: PENDING_KIND.joinRequest });
		const chosen = (await isChosen(db, access, invitee)) ? 1 : 0;
		await admit(services, db, { groupId, memberId: invitee.id, rank, type: invitee.type, keySessionId, chosen }, given);
	});
	return keysAccepted(keySessionId, "The new member is in the group");
}

/** Gives a member new keys in place of all that it has; rank and type stay, whatever is sent (protocol/http-api §12.4.4). */
export async function reInvite(
	services: Services,
	access: GroupAccess,
	invitee: Invitee,
	given: Given,
): Promise<KeysAccepted> {
	const keySessionId = newKeySession(services, given);
	await services.database.transaction(async (db) => {
		const inviter = await renewAccess(db, access);
		await requireInvitable(db, inviter, invitee);
		const member = await findMember(db, inviter.groupId, invitee.id);
		// The rules for groups are not asked on the way for users.
		const isUser = member?.type === MEMBER_TYPE.user;
		if (member === undefined || isUser !== (invitee.type === MEMBER_TYPE.user)) {
			throw new Failure(SERVER_ERRORS.RE_INVITE_NOT_A_MEMBER);
		}
		requireKeys(given);
		requireInvitesAllowed(inviter.group);
		requireRank(inviter, RANK_INVITE);
		await requireNoInvite(db, inviter.groupId, invitee.id);
		await deleteMember(db, inviter.groupId, invitee.id);
		await admit(services, db, { ...member, keySessionId }, given);
	});
	return keysAccepted(keySessionId, "The member has new keys");
}

/**
 * The checks of protocol/http-api §12.4.2, in their order.
 *
 * @returns the rank of the new member
 */
async function requireInvitation(db: Writes, access: GroupAccess, invitee: Invitee, given: Given): Promise<number> {
	const inviter = await renewAccess(db, access);
	if (invitee.type === MEMBER_TYPE.user) await requireUserId(db, inviter, invitee.id);
	await requireInvitable(db, inviter, invitee);
	requireKeys(given);
	requireInvitesAllowed(inviter.group);
	const rank = grantedRank(given, inviter.rank);
	requireRank(inviter, RANK_INVITE);
	await requireNoMember(db, inviter.groupId, invitee.id);
	await requireNoInvite(db, inviter.groupId, invitee.id);
	return rank;
}

/**
 * Nobody asks whether a user exists; but a group comes in by the rules for groups only, and what is stored as an id is one.
 *
 * @throws Failure 1, 319
 */
async function requireUserId(db: Reads, { appId }: GroupAccess, userId: string): Promise<void> {
	if (!isId(userId)) throw new Failure(SERVER_ERRORS.INVALID_ID);
	if ((await findNormalGroup(db, appId, userId)) !== undefined) throw new Failure(SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
}

/**
 * Users may be in every group; groups that are not connected may be in those that are.
 *
 * @throws Failure 310, 319
 */
async function requireInvitable(db: Reads, { appId, group }: GroupAccess, invitee: Invitee): Promise<void> {
	if (invitee.type === MEMBER_TYPE.user) return;
	const forced = invitee.force === true;
	if (!forced && group.isConnected === 0) throw new Failure(SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
	const invited = await requireGroup(db, appId, invitee.id);
	const connectable = forced ? invited.id !== group.id : invited.isConnected === 0;
	if (!connectable) throw new Failure(SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
}

/** Does who invites a group at once also act for that group, or for the app? */
async function isChosen(db: Reads, { appId, userId }: GroupAccess, { id, force }: Invitee): Promise<boolean> {
	if (force === true) return true;
	const inInvited = await findNearestMembership(db, appId, id, userId);
	return inInvited !== undefined && inInvited.rank <= RANK_REPRESENT;
}

async function requireNoInvite(db: Reads, groupId: string, memberId: string): Promise<void> {
	const pending = await findPendingMember(db, groupId, memberId);
	if (pending?.kind === PENDING_KIND.invite) throw new Failure(SERVER_ERRORS.ALREADY_INVITED);
}
