import { groupRoutes, inviteRoutes, joinRequestRoutes } from "@sentc-ts/transport/contract";
import { pageAfter, requirePage } from "../answers.js";
import { checkId } from "../input.js";
import type { GroupInviteListItem, GroupList } from "../types.js";
import { requireRank } from "./changes.js";
import type { OpenGroup } from "./open-group.js";

// A group as a member of other groups (protocol/sdk-api §7.6).

/** Whoever may act for the group elsewhere; the API alone checks it for what this client does not (protocol/group-protocol §9.1). */
const ACTING_RANK = 1;

/** Groups that the group is a member of. */
export async function listGroupsOf(group: OpenGroup, last?: GroupList | null): Promise<GroupList[]> {
	const groups = await group.session.context.client.call(groupRoutes.listGroupsOfGroup, {
		...(await group.request()),
		params: { group_id: group.id, ...pageAfter(last, "group_id") },
	});
	requirePage(groups);
	return groups.map(({ parent, ...other }) => ({ ...other, ...(parent && { parent }) }));
}

export async function listInvitesOf(
	group: OpenGroup,
	last?: GroupInviteListItem | null,
): Promise<GroupInviteListItem[]> {
	const invites = await group.session.context.client.call(inviteRoutes.listInvitesOfGroup, {
		...(await group.request()),
		params: { group_id: group.id, ...pageAfter(last, "group_id") },
	});
	requirePage(invites);
	return invites;
}

/** @param inviting_group_id the group that the group was invited to */
export async function answerInvite(group: OpenGroup, inviting_group_id: string, accepts: boolean): Promise<void> {
	checkId("group_id", inviting_group_id);
	await group.session.context.client.call(accepts ? inviteRoutes.acceptForGroup : inviteRoutes.rejectForGroup, {
		...(await group.request()),
		params: { group_id: group.id, inviting_group_id },
	});
}

export async function sendJoinRequest(group: OpenGroup, group_id_to_join: string): Promise<void> {
	checkId("group_id", group_id_to_join);
	await group.session.context.client.call(joinRequestRoutes.sendForGroup, {
		...(await group.request()),
		params: { group_id: group.id, group_id_to_join },
	});
}

export async function listSentJoinRequests(
	group: OpenGroup,
	last?: GroupInviteListItem | null,
): Promise<GroupInviteListItem[]> {
	requireRank(group.data, ACTING_RANK);
	const sent = await group.session.context.client.call(joinRequestRoutes.listSentOfGroup, {
		...(await group.request()),
		params: { group_id: group.id, ...pageAfter(last, "group_id") },
	});
	requirePage(sent);
	return sent;
}

export async function deleteJoinRequest(group: OpenGroup, group_id_to_join: string): Promise<void> {
	checkId("group_id", group_id_to_join);
	requireRank(group.data, ACTING_RANK);
	await group.session.context.client.call(joinRequestRoutes.deleteSentOfGroup, {
		...(await group.request()),
		params: { group_id: group.id, group_id_to_join },
	});
}
