import { type AccessBy, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { findNormalGroup, type GroupRow } from "../../database/repositories/groups.js";
import { findNearestMembership } from "../../database/repositories/members.js";
import { Failure } from "../../failure.js";
import { isId } from "../../ids.js";
import type { KeyHolder } from "../key/holder.js";

/** Who wants to reach which group. */
export interface AccessRequest {
	readonly appId: string;
	readonly userId: string;
	readonly groupId: string;
	/** The group that the caller acts through. */
	readonly accessGroupId?: string | undefined;
}

/** How a caller reaches a group, and with which rights (protocol/http-api §5). */
export interface GroupAccess extends AccessRequest {
	readonly group: GroupRow;
	/** The id under which the keys of the group are stored for the caller. */
	readonly memberId: string;
	/** The caller, or the group that the caller acts through, is a member of an ancestor only. */
	readonly viaParent: boolean;
	/** 0 = creator; smaller is stronger. */
	readonly rank: number;
	/** Of the caller in the group that the caller acts through; 0 without one. */
	readonly rankAsGroup: number;
	/** ms */
	readonly joinedAt: number;
	readonly accessBy: AccessBy;
}

/** @throws Failure 1 for an id of the wrong form, 310 when there is no such group or no access to it */
export async function findGroupAccess(db: Reads, request: AccessRequest): Promise<GroupAccess> {
	const { appId, userId, groupId, accessGroupId } = request;
	if (!isId(groupId) || (accessGroupId !== undefined && !isId(accessGroupId))) {
		throw new Failure(SERVER_ERRORS.INVALID_ID);
	}
	const found = await requireMembership(db, appId, groupId, accessGroupId ?? userId);
	const { memberOf, rank, joinedAt, distance, ...group } = found;
	const viaParent = distance > 0;
	// The keys of a child are stored for its direct parent, whichever ancestor gives access.
	const memberId = viaParent ? (group.parentId ?? "") : (accessGroupId ?? userId);
	const access = { ...request, group, memberId, viaParent, joinedAt };
	if (accessGroupId === undefined) {
		return { ...access, rank, rankAsGroup: 0, accessBy: viaParent ? { Parent: memberOf } : "User" };
	}
	const inAccessGroup = await requireMembership(db, appId, accessGroupId, userId);
	return {
		...access,
		rank: Math.max(rank, inAccessGroup.rank),
		rankAsGroup: inAccessGroup.rank,
		accessBy: viaParent
			? { GroupAsUserAsParent: { parent: memberOf, group_as_user: accessGroupId } }
			: { GroupAsUser: accessGroupId },
	};
}

/**
 * The access as it is in the transaction of what is done with it: since the request was checked it may have changed.
 *
 * @throws Failure 310 when the caller has no access any more
 */
export function renewAccess(db: Reads, access: AccessRequest): Promise<GroupAccess> {
	const { appId, userId, groupId, accessGroupId } = access;
	return findGroupAccess(db, { appId, userId, groupId, accessGroupId });
}

/** @throws Failure 301 when the caller's rank is weaker than `weakest` (0 to 4) */
export function requireRank(access: GroupAccess, weakest: number): GroupAccess {
	if (access.rank > weakest) throw new Failure(SERVER_ERRORS.RANK_INSUFFICIENT);
	return access;
}

/**
 * Holds the keys of the group for whoever reaches it so.
 *
 * @param weakest rank for what the holder is about to do, 0 to 4
 */
export function groupHolder(access: GroupAccess, weakest: number = Number.POSITIVE_INFINITY): KeyHolder {
	const { group, memberId } = access;
	return {
		groupId: group.id,
		groupType: group.type,
		memberId,
		recheck: async (db) => {
			const now = requireRank(await renewAccess(db, access), weakest);
			if (now.memberId !== memberId) throw new Failure(SERVER_ERRORS.NO_GROUP_ACCESS);
		},
	};
}

/** @throws Failure 310 */
export async function requireGroup(db: Reads, appId: string, groupId: string): Promise<GroupRow> {
	const group = await findNormalGroup(db, appId, groupId);
	if (group === undefined) throw new Failure(SERVER_ERRORS.NO_GROUP_ACCESS);
	return group;
}

/** A user or a group in a group, directly or in the nearest ancestor: a direct membership wins, even a weaker one. */
async function requireMembership(db: Reads, appId: string, groupId: string, memberId: string) {
	const membership = await findNearestMembership(db, appId, groupId, memberId);
	if (membership === undefined) throw new Failure(SERVER_ERRORS.NO_GROUP_ACCESS);
	return membership;
}
