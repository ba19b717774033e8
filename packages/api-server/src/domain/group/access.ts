import { type AccessBy, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { findNormalGroup, type GroupRow } from "../../database/repositories/groups.js";
import { findMember, type MemberRow } from "../../database/repositories/members.js";
import { Failure } from "../../failure.js";
import { isId } from "../../ids.js";
import type { KeyHolder } from "../key/holder.js";

/** How a caller reaches a group, and with which rights (protocol/http-api §5). */
export interface GroupAccess {
	readonly group: GroupRow;
	readonly userId: string;
	/** The id under which the keys of the group are stored for the caller. */
	readonly memberId: string;
	/** 0 = creator; smaller is stronger. */
	readonly rank: number;
	/** ms */
	readonly joinedAt: number;
	readonly accessBy: AccessBy;
}

/** Holds the keys of the group for whoever reaches it so. */
export function groupHolder({
	group,
	memberId,
	userId,
}: Pick<GroupAccess, "group" | "memberId" | "userId">): KeyHolder {
	const actor = memberId === userId ? undefined : { groupId: memberId, memberId: userId };
	return { groupId: group.id, groupType: group.type, memberId, actor };
}

interface AccessRequest {
	readonly appId: string;
	readonly userId: string;
	readonly groupId: string;
	/** The group that the caller acts through. */
	readonly accessGroupId?: string | undefined;
}

/** @throws Failure 1 for an id of the wrong form, 310 when there is no such group or no access to it */
export async function findGroupAccess(db: Reads, request: AccessRequest): Promise<GroupAccess> {
	const { appId, userId, groupId, accessGroupId } = request;
	if (!isId(groupId) || (accessGroupId !== undefined && !isId(accessGroupId))) {
		throw new Failure(SERVER_ERRORS.INVALID_ID);
	}
	const group = await requireGroup(db, appId, groupId);
	const member = await requireMember(db, groupId, accessGroupId ?? userId);
	const direct = { group, userId, memberId: member.memberId, joinedAt: member.joinedAt };
	if (accessGroupId === undefined) return { ...direct, rank: member.rank, accessBy: "User" };
	await requireGroup(db, appId, accessGroupId);
	const inAccessGroup = await requireMember(db, accessGroupId, userId);
	return {
		...direct,
		rank: Math.max(member.rank, inAccessGroup.rank),
		accessBy: { GroupAsUser: accessGroupId },
	};
}

/** @throws Failure 301 when the caller's rank is weaker than `weakest` (0 to 4) */
export function requireRank(access: GroupAccess, weakest: number): void {
	if (access.rank > weakest) throw new Failure(SERVER_ERRORS.RANK_INSUFFICIENT);
}

async function requireGroup(db: Reads, appId: string, groupId: string): Promise<GroupRow> {
	const group = await findNormalGroup(db, appId, groupId);
	if (group === undefined) throw new Failure(SERVER_ERRORS.NO_GROUP_ACCESS);
	return group;
}

async function requireMember(db: Reads, groupId: string, memberId: string): Promise<MemberRow> {
	const member = await findMember(db, groupId, memberId);
	if (member === undefined) throw new Failure(SERVER_ERRORS.NO_GROUP_ACCESS);
	return member;
}
