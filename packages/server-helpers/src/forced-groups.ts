import { ApiError, type Client } from "@sentc-ts/transport";
import { forcedGroupRoutes, type GroupMember, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { done, prepared } from "./input.js";

/**
 * Groups, with the secret token in place of a JWT (protocol/group-protocol §16.1). `userId` is for whom it is done: that user's
 * access to the group and rank count, so nothing happens that the user may not do. `groupAsMember` as in {@link Groups}.
 */
export interface ForcedGroups {
	/** @param input what `user.prepareGroupCreate` of the user returned, who becomes the creator */
	forceCreateGroup(userId: string, input: string): Promise<string>;
	/** @param input the first of what `group.prepareCreateChildGroup` of the parent returned */
	forceCreateChildGroup(userId: string, groupId: string, input: string, groupAsMember?: string): Promise<string>;
	/** @param input the first of what `group.prepareCreateChildGroup` of the group to connect returned */
	forceCreateConnectedGroup(userId: string, groupId: string, input: string, groupAsMember?: string): Promise<string>;
	/**
	 * Makes another user a member at once. A backend alone hands over at most 100 keys: a session for more needs the JWT of a
	 * member, whose client goes on with `group.handleInviteSessionKeysForNewMember`.
	 *
	 * @param input what `group.prepareKeysForNewMember` returned
	 */
	forceInvite(userId: string, groupId: string, invited: string, input: string, groupAsMember?: string): Promise<string>;
	/**
	 * Makes a group a member at once, also of a group that isn't connected.
	 *
	 * @param input what `group.prepareKeysForNewMember` returned with `group` = `true`
	 */
	forceInviteGroup(
		userId: string,
		groupId: string,
		invited: string,
		input: string,
		groupAsMember?: string,
	): Promise<string>;
	/**
	 * Removes a member. The keys of the group stay: what is encrypted from now on is closed to who was removed after the next
	 * rotation only ({@link Groups.kickAndRotate} does both).
	 *
	 * @throws ApiError `NO_GROUP_ACCESS`, `RANK_INSUFFICIENT`, or that the member is the creator or has a stronger rank
	 */
	forceKick(userId: string, groupId: string, memberId: string, groupAsMember?: string): Promise<void>;
	/** Deletes a group with everything below it, whoever its members are. @throws ApiError when there is no such group */
	forceDeleteGroup(groupId: string): Promise<void>;
	/**
	 * Asks whether a user, or a group, is a direct member. Unlike `groupAccess` it needs no JWT, and doesn't know of access
	 * through a parent or a connected group.
	 *
	 * @returns `undefined` when it is no direct member
	 * @throws ApiError when there is no such group
	 */
	groupMember(groupId: string, memberId: string): Promise<GroupMember | undefined>;
}

export function forcedGroups(client: Client): ForcedGroups {
	const of = (input: string, groupAccessId?: string) => ({ groupAccessId, body: prepared(input) });
	return {
		forceCreateGroup: (user_id, input) =>
			client.forward(forcedGroupRoutes.createGroup, { ...of(input), params: { user_id } }),
		forceCreateChildGroup: (user_id, group_id, input, via) =>
			client.forward(forcedGroupRoutes.createChildGroup, { ...of(input, via), params: { user_id, group_id } }),
		forceCreateConnectedGroup: (user_id, group_id, input, via) =>
			client.forward(forcedGroupRoutes.createConnectedGroup, { ...of(input, via), params: { user_id, group_id } }),
		forceInvite: (user_id, group_id, to_invite, input, via) =>
			client.forward(forcedGroupRoutes.inviteUserAuto, { ...of(input, via), params: { user_id, group_id, to_invite } }),
		forceInviteGroup: (user_id, group_id, to_invite, input, via) =>
			client.forward(forcedGroupRoutes.inviteGroupAuto, {
				...of(input, via),
				params: { user_id, group_id, to_invite },
			}),
		forceKick: (user_id, group_id, user_to_kick, groupAccessId) =>
			done(client.call(forcedGroupRoutes.kickMember, { groupAccessId, params: { user_id, group_id, user_to_kick } })),
		forceDeleteGroup: (group_id) => done(client.call(forcedGroupRoutes.deleteGroup, { params: { group_id } })),
		groupMember: (group_id, user_id) => groupMember(client, group_id, user_id),
	};
}

async function groupMember(client: Client, group_id: string, user_id: string): Promise<GroupMember | undefined> {
	try {
		return await client.call(forcedGroupRoutes.member, { params: { group_id, user_id } });
	} catch (error) {
		if (error instanceof ApiError && error.serverCode === SERVER_ERRORS.NOT_A_MEMBER.code) return undefined;
		throw error;
	}
}
