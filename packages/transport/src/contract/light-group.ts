import { rankNumber } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { groupCreatedSchema } from "./group.js";
import { envelope, json, object, route, success } from "./route.js";

/** A new member of a group without keys. Clients write `rank: null` when no rank is given. */
export const lightMemberSchema = object({ rank: z.nullish(rankNumber) });
export type LightMember = z.infer<typeof lightMemberSchema>;

const create = {
	method: "POST",
	option: "group_create",
	jwt: "valid",
	result: envelope(groupCreatedSchema),
} as const;

const withoutKeys = {
	method: "PUT",
	jwt: "valid",
	groupAccess: true,
	body: json(lightMemberSchema),
	result: success,
} as const;

/** Twins of other routes, for groups without keys (protocol/group-protocol §15). */
export const lightGroupRoutes = {
	createGroup: route({ ...create, path: "/group/light" }),
	createChildGroup: route({ ...create, path: "/group/:group_id/child/light", groupAccess: true }),
	createConnectedGroup: route({ ...create, path: "/group/:group_id/connected/light", groupAccess: true }),

	checkGroupUpdate: route({
		method: "GET",
		path: "/group/:group_id/update_check_light",
		option: "group_user_update_check",
		jwt: "valid",
		groupAccess: true,
		result: envelope(object({ rank: rankNumber })),
	}),

	inviteUser: route({ ...withoutKeys, path: "/group/:group_id/invite/:user_id/light", option: "group_invite" }),
	inviteGroup: route({
		...withoutKeys,
		path: "/group/:group_id/invite_group/:invited_group_id/light",
		option: "group_invite",
	}),
	inviteUserAuto: route({
		...withoutKeys,
		path: "/group/:group_id/invite_auto/:user_id/light",
		option: "group_auto_invite",
	}),
	inviteGroupAuto: route({
		...withoutKeys,
		path: "/group/:group_id/invite_group_auto/:invited_group_id/light",
		option: "group_auto_invite",
	}),
	inviteGroupAutoForce: route({
		...withoutKeys,
		path: "/group/:group_id/invite_group_auto_force/:invited_group_id/light",
		option: "secret",
	}),

	acceptJoinRequest: route({
		...withoutKeys,
		path: "/group/:group_id/join_req/:user_id/light",
		option: "group_accept_join_req",
	}),
};
