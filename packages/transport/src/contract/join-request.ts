import {
	answeredList,
	idText,
	newMemberKeySchema,
	newMemberKeysSchema,
	sentKeys,
	timeSchema,
} from "@sentc-ts/core-crypto/wire";
import type * as z from "zod/mini";
import { keysAcceptedSchema } from "./device.js";
import { memberTypeNumber } from "./member.js";
import { envelope, json, object, route, success } from "./route.js";
import { groupInviteSchema } from "./session.js";

/** Somebody who wants to join a group. */
export const joinRequestItemSchema = object({
	/** Id of a user or a group. */
	user_id: idText,
	/** When it was sent first, ms. */
	time: timeSchema,
	user_type: memberTypeNumber,
});
export type JoinRequestItem = z.infer<typeof joinRequestItemSchema>;

export const joinRequestRoutes = {
	send: route({
		method: "PATCH",
		path: "/group/:group_id/join_req",
		option: "group_join_req",
		jwt: "valid",
		result: success,
	}),

	/** The group asks to become a member of a connected group. */
	sendForGroup: route({
		method: "PATCH",
		path: "/group/:group_id/join_req/:group_id_to_join",
		option: "group_join_req",
		jwt: "valid",
		groupAccess: true,
		result: success,
	}),

	/** Join requests to the group, oldest first. */
	listJoinRequests: route({
		method: "GET",
		path: "/group/:group_id/join_req/:last_time/:last_id",
		option: "group_join_req",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(joinRequestItemSchema)),
	}),

	/** Makes who asked, a user or a group, a member. */
	accept: route({
		method: "PUT",
		path: "/group/:group_id/join_req/:user_id",
		option: "group_accept_join_req",
		jwt: "valid",
		groupAccess: true,
		body: json(newMemberKeysSchema),
		result: envelope(keysAcceptedSchema),
	}),

	reject: route({
		method: "DELETE",
		path: "/group/:group_id/join_req/:user_id",
		option: "group_reject_join_req",
		jwt: "valid",
		groupAccess: true,
		result: success,
	}),

	/** More keys for a member, in the session that accepting or inviting has opened. */
	uploadKeys: route({
		method: "PUT",
		path: "/group/:group_id/join_req/session/:session_id",
		option: "open",
		jwt: "valid",
		groupAccess: true,
		body: json(sentKeys(newMemberKeySchema)),
		result: success,
	}),

	/** Join requests that the user has sent, newest first. */
	listSent: route({
		method: "GET",
		path: "/group/joins/:last_time/:last_id",
		option: "group_join_req",
		jwt: "valid",
		result: envelope(answeredList(groupInviteSchema)),
	}),

	/** Takes back a join request of the user. */
	deleteSent: route({
		method: "DELETE",
		path: "/group/joins/:group_id_to_join",
		option: "group_join_req",
		jwt: "valid",
		result: success,
	}),

	/** Join requests that the group has sent, newest first. */
	listSentOfGroup: route({
		method: "GET",
		path: "/group/:group_id/joins/:last_time/:last_id",
		option: "group_join_req",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(groupInviteSchema)),
	}),

	/** Takes back a join request of the group. */
	deleteSentOfGroup: route({
		method: "DELETE",
		path: "/group/:group_id/joins/:group_id_to_join",
		option: "group_join_req",
		jwt: "valid",
		groupAccess: true,
		result: success,
	}),
};
