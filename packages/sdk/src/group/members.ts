import { InvalidInput } from "@sentc-ts/core-crypto";
import { groupRoutes, memberRoutes, type RankChange } from "@sentc-ts/transport/contract";
import { pageAfter, requirePage } from "../answers.js";
import { NoPermission } from "../errors.js";
import { checkId } from "../input.js";
import type { GroupUserListItem } from "../types.js";
import { changeGroup, requireAllowed } from "./changes.js";
import type { OpenGroup } from "./open-group.js";
import { removeStoredGroup } from "./stored.js";

/** All direct members but the one who asks. */
export async function listMembers(group: OpenGroup, last?: GroupUserListItem | null): Promise<GroupUserListItem[]> {
	const params = { group_id: group.id, ...pageAfter(last, "user_id", "joined_time") };
	const { client } = group.session.context;
	const members = await client.call(memberRoutes.listMembers, { ...(await group.request()), params });
	requirePage(members);
	return members;
}

/** Body of `PUT /group/:id/change_rank`, for an own backend. */
export function prepareRank(group: OpenGroup, member: string, rank: number): string {
	const body = rankChange(member, rank);
	requireAllowed(group, { kind: "rank", member, rank });
	return JSON.stringify(body);
}

/** The own rank is stored at once. @param member a user or a group */
export async function changeRank(group: OpenGroup, member: string, rank: number): Promise<void> {
	const body = rankChange(member, rank);
	const { client } = group.session.context;
	await changeGroup(group, { kind: "rank", member, rank }, async () =>
		client.call(memberRoutes.changeRank, { ...(await group.request()), params: { group_id: group.id }, body }),
	);
	if (member !== group.memberId) return;
	group.data.rank = rank;
	await group.save();
}

function rankChange(changed_user_id: string, new_rank: number): RankChange {
	checkId("user_id", changed_user_id);
	if (Number.isInteger(new_rank) && new_rank >= 1 && new_rank <= 4) return { changed_user_id, new_rank };
	throw new InvalidInput("rank", "must be a whole number from 1 to 4", "client_200");
}

/** Stops invites and join requests, or allows them again. */
export async function toggleInvites(group: OpenGroup): Promise<void> {
	const { client } = group.session.context;
	await changeGroup(group, { kind: "invites" }, async () =>
		client.call(groupRoutes.toggleInvites, { ...(await group.request()), params: { group_id: group.id } }),
	);
}

/**
 * Takes the user, or the group through which the user reaches it, out of the group.
 *
 * @throws NoPermission when the user is a member of a parent alone: one can leave that only
 */
export async function leaveGroup(group: OpenGroup): Promise<void> {
	const { access_by_group_as_member, from_parent } = group.data;
	if (from_parent && access_by_group_as_member === undefined) throw new NoPermission();
	const { client } = group.session.context;
	await changeGroup(group, { kind: "leave" }, async () =>
		client.call(memberRoutes.leaveGroup, { ...(await group.request()), params: { group_id: group.id } }),
	);
	await removeStoredGroup(group.session, group.data);
}

/** Deletes the group, with all groups below it, for everybody. */
export async function deleteGroup(group: OpenGroup): Promise<void> {
	const { client } = group.session.context;
	await changeGroup(group, { kind: "delete" }, async () =>
		client.call(groupRoutes.deleteGroup, { ...(await group.request()), params: { group_id: group.id } }),
	);
	await removeStoredGroup(group.session, group.data);
}
