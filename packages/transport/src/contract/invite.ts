import { answeredList, newMemberKeySchema, newMemberKeysSchema, sentKeys } from "@sentc-ts/core-crypto/wire";
import { keysAcceptedSchema } from "./device.js";
import { envelope, json, route, success } from "./route.js";
import { groupInviteSchema } from "./session.js";

/** With the keys that the invited one needs. */
const withKeys = {
	method: "PUT",
	jwt: "valid",
	groupAccess: true,
	body: json(newMemberKeysSchema),
	result: envelope(keysAcceptedSchema),
} as const;

/** The answer to an invite of the group: needs no keys, the inviter has stored them. */
const acceptForGroup = route({
	method: "PATCH",
	path: "/group/:group_id/invite/:inviting_group_id",
	option: "group_accept_invite",
	jwt: "valid",
	groupAccess: true,
	result: success,
});

const rejectForGroup = route({
	method: "DELETE",
	path: "/group/:group_id/invite/:inviting_group_id",
	option: "group_reject_invite",
	jwt: "valid",
	groupAccess: true,
	result: success,
});

/** What the reference client sends to answer for a group (protocol/http-api §20.9). */
const SWAPPED_PATH = "/group/:group_id/:inviting_group_id/invite";

export const inviteRoutes = {
	inviteUser: route({ ...withKeys, path: "/group/:group_id/invite/:user_id", option: "group_invite" }),

	inviteGroup: route({ ...withKeys, path: "/group/:group_id/invite_group/:invited_group_id", option: "group_invite" }),

	/** Makes the user a member at once. */
	inviteUserAuto: route({ ...withKeys, path: "/group/:group_id/invite_auto/:user_id", option: "group_auto_invite" }),

	/** Makes the group a member at once. */
	inviteGroupAuto: route({
		...withKeys,
		path: "/group/:group_id/invite_group_auto/:invited_group_id",
		option: "group_auto_invite",
	}),

	/** As {@link inviteRoutes.inviteGroupAuto}, whether the groups are connected or not. */
	inviteGroupAutoForce: route({
		...withKeys,
		path: "/group/:group_id/invite_group_auto_force/:invited_group_id",
		option: "secret",
	}),

	/** Gives a member new keys in place of those it has. */
	reInviteUser: route({ ...withKeys, path: "/group/:group_id/re_invite/:user_id", option: "group_auto_invite" }),

	/** Gives a group that is a member new keys in place of those it has. */
	reInviteGroup: route({
		...withKeys,
		path: "/group/:group_id/re_invite_group/:invited_group_id",
		option: "group_auto_invite",
	}),

	/** As {@link inviteRoutes.reInviteGroup}, whether the groups are connected or not. */
	reInviteGroupForce: route({
		...withKeys,
		path: "/group/:group_id/re_invite_group_force/:invited_group_id",
		option: "secret",
	}),

	/** More keys, in the session that an invite has opened. */
	uploadKeys: route({
		method: "PUT",
		path: "/group/:group_id/invite/session/:session_id",
		option: "open",
		jwt: "valid",
		groupAccess: true,
		body: json(sentKeys(newMemberKeySchema)),
		result: success,
	}),

	/** Invites of the user, newest first. */
	listInvites: route({
		method: "GET",
		path: "/group/invite/:last_time/:last_id",
		option: "group_invite",
		jwt: "valid",
		result: envelope(answeredList(groupInviteSchema)),
	}),

	/** Invites of the group to other groups, newest first. */
	listInvitesOfGroup: route({
		method: "GET",
		path: "/group/:group_id/invite/:last_time/:last_id",
		option: "group_invite",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(groupInviteSchema)),
	}),

	accept: route({
		method: "PATCH",
		path: "/group/:group_id/invite",
		option: "group_accept_invite",
		jwt: "valid",
		result: success,
	}),

	reject: route({
		method: "DELETE",
		path: "/group/:group_id/invite",
		option: "group_reject_invite",
		jwt: "valid",
		result: success,
	}),

	acceptForGroup,
	acceptForGroupSwapped: route({ ...acceptForGroup, path: SWAPPED_PATH }),
	rejectForGroup,
	rejectForGroupSwapped: route({ ...rejectForGroup, path: SWAPPED_PATH }),
};
