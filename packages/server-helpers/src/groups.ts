import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import { ApiError, type Client } from "@sentc-ts/transport";
import {
	type GroupLightData,
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	memberRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { done, prepared } from "./input.js";

/**
 * Groups, in the name of a user by whose JWT the API decides what is allowed. `input` is what the client's `group.prepare…`
 * returned. Where the user reaches the group through another one, `groupAsMember` is the id of that one
 * (`group.data.access_by_group_as_member`).
 */
export interface Groups {
	/**
	 * @param jwt the JWT of the user who creates the group
	 * @param input what `user.prepareGroupCreate` returned
	 */
	createGroup(jwt: string, input: string): Promise<string>;
	/** @param input the first of what `group.prepareCreateChildGroup` of the parent returned */
	createChildGroup(jwt: string, groupId: string, input: string, groupAsMember?: string): Promise<string>;
	/** @param input the first of what `group.prepareCreateChildGroup` of the group to connect returned */
	createConnectedGroup(jwt: string, groupId: string, input: string, groupAsMember?: string): Promise<string>;
	/**
	 * @param jwt the JWT of a user with rank 0 or 1 in the group
	 * @throws ApiError `NO_GROUP_ACCESS`, `RANK_INSUFFICIENT`
	 */
	deleteGroup(jwt: string, groupId: string, groupAsMember?: string): Promise<void>;
	/**
	 * Asks whether the user has access to a group, and with which rank.
	 *
	 * @param jwt the JWT of the user
	 * @returns the group without keys, or `undefined` when the user has no access or the group doesn't exist
	 */
	groupAccess(jwt: string, groupId: string, groupAsMember?: string): Promise<GroupLightData | undefined>;

	/**
	 * Invites a user. `readInvite` has the session for keys that were not in the request, which the client uploads
	 * (`group.handleInviteSessionKeysForNewMember`): those beyond 100, and those made meanwhile. So it is with every function here that hands keys over.
	 *
	 * @param input what `group.prepareKeysForNewMember` returned
	 */
	invite(jwt: string, groupId: string, userId: string, input: string, groupAsMember?: string): Promise<string>;
	/** Makes the user a member at once. */
	inviteAuto(jwt: string, groupId: string, userId: string, input: string, groupAsMember?: string): Promise<string>;
	/** @param input what `group.prepareKeysForNewMember` returned with `group` = `true` */
	inviteGroup(jwt: string, groupId: string, invited: string, input: string, groupAsMember?: string): Promise<string>;
	/** Makes the group a member at once. */
	inviteGroupAuto(
		jwt: string,
		groupId: string,
		invited: string,
		input: string,
		groupAsMember?: string,
	): Promise<string>;
	/** Gives a member all keys anew; the rank stays. */
	reInviteUser(jwt: string, groupId: string, userId: string, input: string, groupAsMember?: string): Promise<string>;
	/** Gives a group that is a member all keys anew; the rank stays. */
	reInviteGroup(jwt: string, groupId: string, member: string, input: string, groupAsMember?: string): Promise<string>;
	/** The same for a group that `forceInviteGroup` made a member: also of a group that isn't connected. */
	forceReInviteGroup(
		jwt: string,
		groupId: string,
		member: string,
		input: string,
		groupAsMember?: string,
	): Promise<string>;
	/** @param id of the user or group that asked; `input` is for the same */
	acceptJoinRequest(jwt: string, groupId: string, id: string, input: string, groupAsMember?: string): Promise<string>;

	/** @param input what `group.prepareUpdateRank` returned; the answer has nothing to read but a refusal */
	updateRank(jwt: string, groupId: string, input: string, groupAsMember?: string): Promise<string>;
	/** @param input what `group.prepareKeyRotation` returned; the answer is for `group.doneKeyRotation` */
	rotateKeys(jwt: string, groupId: string, input: string, groupAsMember?: string): Promise<string>;
	/**
	 * Removes a member and rotates the keys of the group in one step, which the API of the reference can't do. `readRemoval` tells
	 * whether the rotation was refused; the member is gone even so. Otherwise the answer is for `group.doneKeyRotation`.
	 *
	 * @param input what `group.prepareKeyRotation` returned
	 */
	kickAndRotate(jwt: string, groupId: string, memberId: string, input: string, groupAsMember?: string): Promise<string>;
}

export function groups(client: Client): Groups {
	/** What every request below a group carries. */
	const of = (jwt: string, input: string, groupAccessId?: string) => ({ jwt, groupAccessId, body: prepared(input) });
	return {
		createGroup: (jwt, input) => client.forward(groupRoutes.createGroup, of(jwt, input)),
		createChildGroup: (jwt, group_id, input, via) =>
			client.forward(groupRoutes.createChildGroup, { ...of(jwt, input, via), params: { group_id } }),
		createConnectedGroup: (jwt, group_id, input, via) =>
			client.forward(groupRoutes.createConnectedGroup, { ...of(jwt, input, via), params: { group_id } }),
		deleteGroup: (jwt, group_id, groupAccessId) =>
			done(client.call(groupRoutes.deleteGroup, { jwt, groupAccessId, params: { group_id } })),
		groupAccess: (jwt, group_id, via) => groupAccess(client, jwt, group_id, via),

		invite: (jwt, group_id, user_id, input, via) =>
			client.forward(inviteRoutes.inviteUser, { ...of(jwt, input, via), params: { group_id, user_id } }),
		inviteAuto: (jwt, group_id, user_id, input, via) =>
			client.forward(inviteRoutes.inviteUserAuto, { ...of(jwt, input, via), params: { group_id, user_id } }),
		inviteGroup: (jwt, group_id, invited_group_id, input, via) =>
			client.forward(inviteRoutes.inviteGroup, { ...of(jwt, input, via), params: { group_id, invited_group_id } }),
		inviteGroupAuto: (jwt, group_id, invited_group_id, input, via) =>
			client.forward(inviteRoutes.inviteGroupAuto, { ...of(jwt, input, via), params: { group_id, invited_group_id } }),
		reInviteUser: (jwt, group_id, user_id, input, via) =>
			client.forward(inviteRoutes.reInviteUser, { ...of(jwt, input, via), params: { group_id, user_id } }),
		reInviteGroup: (jwt, group_id, invited_group_id, input, via) =>
			client.forward(inviteRoutes.reInviteGroup, { ...of(jwt, input, via), params: { group_id, invited_group_id } }),
		forceReInviteGroup: (jwt, group_id, invited_group_id, input, via) =>
			client.forward(inviteRoutes.reInviteGroupForce, {
				...of(jwt, input, via),
				params: { group_id, invited_group_id },
			}),
		acceptJoinRequest: (jwt, group_id, user_id, input, via) =>
			client.forward(joinRequestRoutes.accept, { ...of(jwt, input, via), params: { group_id, user_id } }),

		updateRank: (jwt, group_id, input, via) =>
			client.forward(memberRoutes.changeRank, { ...of(jwt, input, via), params: { group_id } }),
		rotateKeys: (jwt, group_id, input, via) =>
			client.forward(groupRotationRoutes.startKeyRotation, { ...of(jwt, input, via), params: { group_id } }),
		kickAndRotate: (jwt, group_id, user_id, input, via) =>
			client.forward(groupRotationRoutes.kickAndRotate, { ...of(jwt, input, via), params: { group_id, user_id } }),
	};
}

/** The API's codes for "no access, or no such group" and for an id that no group can have. */
const NO_ACCESS: readonly number[] = [SERVER_ERRORS.NO_GROUP_ACCESS.code, SERVER_ERRORS.INVALID_ID.code];

async function groupAccess(
	client: Client,
	jwt: string,
	group_id: string,
	groupAccessId?: string,
): Promise<GroupLightData | undefined> {
	try {
		return await client.call(groupRoutes.getGroupLight, { jwt, groupAccessId, params: { group_id } });
	} catch (error) {
		if (error instanceof InvalidInput && error.field === "group_id") return undefined;
		if (error instanceof ApiError && NO_ACCESS.includes(error.serverCode)) return undefined;
		throw error;
	}
}
