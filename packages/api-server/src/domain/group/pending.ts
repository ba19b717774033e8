import type { GroupInvite, JoinRequestItem } from "@sentc-ts/transport/contract";
import type { Cursor } from "../../database/paging.js";
import {
	listPendingGroups,
	listPendingMembers,
	type PendingGroup,
} from "../../database/repositories/pending-members.js";
import { PENDING_KIND } from "../../database/schema.js";
import type { Services } from "../services.js";
import { type GroupAccess, requireRank } from "./access.js";

// Lists of open invites and join requests (protocol/http-api §17).

/** Weakest rank that may answer the join requests to a group (protocol/http-api §16). */
export const RANK_INVITE = 2;
/** Weakest rank that may act for a group towards others. */
export const RANK_REPRESENT = 1;

/** Invites to a user or a group, the last one first. */
export async function listInvites(
	{ database }: Services,
	appId: string,
	memberId: string,
	after: Cursor | undefined,
): Promise<GroupInvite[]> {
	const invites = await listPendingGroups(database.reads, appId, memberId, PENDING_KIND.invite, after);
	return invites.map(pendingGroupView);
}

export async function listInvitesOfGroup(
	services: Services,
	access: GroupAccess,
	after: Cursor | undefined,
): Promise<GroupInvite[]> {
	const { group } = requireRank(access, RANK_REPRESENT);
	return listInvites(services, group.appId, group.id, after);
}

/** Join requests that a user or a group has sent, the last one first. */
export async function listSentJoinRequests(
	{ database }: Services,
	appId: string,
	memberId: string,
	after: Cursor | undefined,
): Promise<GroupInvite[]> {
	const requests = await listPendingGroups(database.reads, appId, memberId, PENDING_KIND.joinRequest, after);
	return requests.map(pendingGroupView);
}

export async function listSentJoinRequestsOfGroup(
	services: Services,
	access: GroupAccess,
	after: Cursor | undefined,
): Promise<GroupInvite[]> {
	const { group } = requireRank(access, RANK_REPRESENT);
	return listSentJoinRequests(services, group.appId, group.id, after);
}

/** Join requests to a group, the first one first. */
export async function listJoinRequests(
	{ database }: Services,
	access: GroupAccess,
	after: Cursor | undefined,
): Promise<JoinRequestItem[]> {
	const { group } = requireRank(access, RANK_INVITE);
	const requests = await listPendingMembers(database.reads, group.id, PENDING_KIND.joinRequest, after);
	return requests.map(({ memberId, createdAt, type }) => ({ user_id: memberId, time: createdAt, user_type: type }));
}

function pendingGroupView({ groupId, createdAt }: PendingGroup): GroupInvite {
	return { group_id: groupId, time: createdAt };
}
