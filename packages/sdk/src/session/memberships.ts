import { groupRoutes, inviteRoutes, joinRequestRoutes } from "@sentc-ts/transport/contract";
import { pageAfter, requirePage } from "../answers.js";
import { checkId } from "../input.js";
import type { GroupInviteListItem, GroupList } from "../types.js";
import type { Session } from "./session.js";

// The user as a member of groups, without keys (protocol/sdk-api §6.6).

/** Groups in which the user is a direct member. */
export async function listGroups(session: Session, last?: GroupList | null): Promise<GroupList[]> {
	const request = { jwt: await session.getJwt(), params: pageAfter(last, "group_id") };
	const groups = await session.context.client.call(groupRoutes.listGroups, request);
	requirePage(groups);
	return groups.map(({ parent, ...group }) => ({ ...group, ...(parent && { parent }) }));
}

export async function listInvites(session: Session, last?: GroupInviteListItem | null): Promise<GroupInviteListItem[]> {
	const request = { jwt: await session.getJwt(), params: pageAfter(last, "group_id") };
	const invites = await session.context.client.call(inviteRoutes.listInvites, request);
	requirePage(invites);
	return invites;
}

export async function answerInvite(session: Session, group_id: string, accepts: boolean): Promise<void> {
	checkId("group_id", group_id);
	const request = { jwt: await session.getJwt(), params: { group_id } };
	await session.context.client.call(accepts ? inviteRoutes.accept : inviteRoutes.reject, request);
}

export async function sendJoinRequest(session: Session, group_id: string): Promise<void> {
	checkId("group_id", group_id);
	const request = { jwt: await session.getJwt(), params: { group_id } };
	await session.context.client.call(joinRequestRoutes.send, request);
}

export async function listSentJoinRequests(
	session: Session,
	last?: GroupInviteListItem | null,
): Promise<GroupInviteListItem[]> {
	const request = { jwt: await session.getJwt(), params: pageAfter(last, "group_id") };
	const sent = await session.context.client.call(joinRequestRoutes.listSent, request);
	requirePage(sent);
	return sent;
}

export async function deleteJoinRequest(session: Session, group_id_to_join: string): Promise<void> {
	checkId("group_id", group_id_to_join);
	const request = { jwt: await session.getJwt(), params: { group_id_to_join } };
	await session.context.client.call(joinRequestRoutes.deleteSent, request);
}
