import type { Client } from "@sentc-ts/transport";
import { forcedGroupRoutes, type GroupCreated } from "@sentc-ts/transport/contract";
import { done, ranked } from "./input.js";

/**
 * Groups without keys, which say who may do what and encrypt nothing (protocol/http-api §8.3, the routes with `/light`). A backend
 * makes them alone: there is nothing for a client to prepare. `userId` and `groupAsMember` as in {@link ForcedGroups}.
 */
export interface ForcedLightGroups {
	/**
	 * @param userId becomes the creator
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	forceCreateLightGroup(userId: string): Promise<GroupCreated>;
	/**
	 * A group whose members are those of the group above, too, by their ranks there.
	 *
	 * @throws ApiError `USER_NOT_FOUND`, `NO_GROUP_ACCESS`, `RANK_INSUFFICIENT`
	 */
	forceCreateLightChildGroup(userId: string, groupId: string, groupAsMember?: string): Promise<GroupCreated>;
	/**
	 * A group that has the group as a member, and may have others.
	 *
	 * @throws ApiError as `forceCreateLightChildGroup`, and that a connected group can't connect another one
	 */
	forceCreateLightConnectedGroup(userId: string, groupId: string, groupAsMember?: string): Promise<GroupCreated>;
	/**
	 * Makes another user a member at once, without keys. In a group with keys that member reads nothing before
	 * {@link Groups.reInviteUser}.
	 *
	 * @param rank 1 to 4, and none stronger than that of `userId`. Default 4
	 * @throws ApiError `USER_NOT_FOUND`, `NO_GROUP_ACCESS`, `RANK_INSUFFICIENT`, `ALREADY_MEMBER`, `INVITES_STOPPED` · InvalidInput naming `rank`
	 */
	forceInviteLight(
		userId: string,
		groupId: string,
		invited: string,
		rank?: number,
		groupAsMember?: string,
	): Promise<void>;
	/**
	 * Makes a group a member at once, without keys, also of a group that isn't connected.
	 *
	 * @param rank of all members of the invited group, where theirs isn't weaker: 1 to 4. Default 4
	 * @throws ApiError as `forceInviteLight`
	 */
	forceInviteLightGroup(
		userId: string,
		groupId: string,
		invited: string,
		rank?: number,
		groupAsMember?: string,
	): Promise<void>;
}

export function forcedLightGroups(client: Client): ForcedLightGroups {
	const { createLightGroup, createLightChildGroup, createLightConnectedGroup } = forcedGroupRoutes;
	const { inviteLightUserAuto, inviteLightGroupAuto } = forcedGroupRoutes;
	const below = (user_id: string, group_id: string, groupAccessId?: string) => ({
		groupAccessId,
		params: { user_id, group_id },
	});
	const invited = (user_id: string, group_id: string, to_invite: string, rank?: number, groupAccessId?: string) => ({
		groupAccessId,
		params: { user_id, group_id, to_invite },
		body: ranked(rank),
	});
	return {
		forceCreateLightGroup: (user_id) => client.call(createLightGroup, { params: { user_id } }),
		forceCreateLightChildGroup: (...at) => client.call(createLightChildGroup, below(...at)),
		forceCreateLightConnectedGroup: (...at) => client.call(createLightConnectedGroup, below(...at)),
		forceInviteLight: (...who) => done(client.call(inviteLightUserAuto, invited(...who))),
		forceInviteLightGroup: (...who) => done(client.call(inviteLightGroupAuto, invited(...who))),
	};
}
