import { groupCreateDataSchema, newMemberKeysSchema } from "@sentc-ts/core-crypto/wire";
import { keysAcceptedSchema } from "./device.js";
import { groupCreatedSchema } from "./group.js";
import { lightMemberSchema } from "./light-group.js";
import { groupMemberSchema } from "./member.js";
import { envelope, json, route, success } from "./route.js";

/** For own backends: the secret token instead of a user's JWT (protocol/http-api §8.3). */
const forced = { option: "secret", jwt: "none" } as const;
/** In the name of the user of the path, with that user's access to the group. */
const asUser = { ...forced, groupAccess: true } as const;

const create = { method: "POST", result: envelope(groupCreatedSchema) } as const;
const createWithKeys = { ...create, body: json(groupCreateDataSchema) } as const;
const invite = { method: "POST", body: json(newMemberKeysSchema), result: envelope(keysAcceptedSchema) } as const;
const inviteLight = { method: "POST", body: json(lightMemberSchema), result: success } as const;

export const forcedGroupRoutes = {
	createGroup: route({ ...forced, ...createWithKeys, path: "/group/forced/:user_id" }),
	createLightGroup: route({ ...forced, ...create, path: "/group/forced/:user_id/light" }),
	createChildGroup: route({ ...asUser, ...createWithKeys, path: "/group/forced/:user_id/:group_id/child" }),
	createLightChildGroup: route({ ...asUser, ...create, path: "/group/forced/:user_id/:group_id/child/light" }),
	createConnectedGroup: route({ ...asUser, ...createWithKeys, path: "/group/forced/:user_id/:group_id/connected" }),
	createLightConnectedGroup: route({
		...asUser,
		...create,
		path: "/group/forced/:user_id/:group_id/connected/light",
	}),

	deleteGroup: route({ ...forced, method: "DELETE", path: "/group/forced/:group_id", result: success }),

	/** Is this user, or group, a direct member? Refused (300) when it is not. */
	member: route({
		...forced,
		method: "GET",
		path: "/group/forced/:group_id/user/:user_id",
		result: envelope(groupMemberSchema),
	}),

	kickMember: route({
		...asUser,
		method: "DELETE",
		path: "/group/forced/:user_id/:group_id/kick/:user_to_kick",
		result: success,
	}),

	inviteUserAuto: route({
		...asUser,
		...invite,
		path: "/group/forced/:user_id/:group_id/invite_auto/:to_invite",
	}),
	inviteLightUserAuto: route({
		...asUser,
		...inviteLight,
		path: "/group/forced/:user_id/:group_id/invite_auto/:to_invite/light",
	}),
	/** Whether the groups are connected or not. */
	inviteGroupAuto: route({
		...asUser,
		...invite,
		path: "/group/forced/:user_id/:group_id/invite_auto/:to_invite/group",
	}),
	/** Whether the groups are connected or not. */
	inviteLightGroupAuto: route({
		...asUser,
		...inviteLight,
		path: "/group/forced/:user_id/:group_id/invite_auto/:to_invite/group_light",
	}),
};
