import {
	answeredList,
	groupCreateDataSchema,
	groupKeyServerOutputSchema,
	hmacKeySchema,
	idText,
	publicKeyOutSchema,
	rankNumber,
	sortableKeySchema,
	timeSchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { envelope, json, object, route, success } from "./route.js";

/** How the caller reaches a group (protocol/http-api §5). */
export const accessBySchema = z.union([
	z.literal("User"),
	object({ Parent: idText }),
	object({ GroupAsUser: idText }),
	object({ GroupAsUserAsParent: object({ parent: idText, group_as_user: idText }) }),
]);
export type AccessBy = z.infer<typeof accessBySchema>;

/** A group without keys. */
export const groupLightDataSchema = object({
	group_id: idText,
	parent_group_id: z.nullish(idText),
	rank: rankNumber,
	created_time: timeSchema,
	joined_time: timeSchema,
	access_by: accessBySchema,
	is_connected_group: z.boolean(),
});
export type GroupLightData = z.infer<typeof groupLightDataSchema>;

/**
 * Not part of the reference: `true` = somebody who could read the newest key was removed, and nobody has rotated the keys since.
 * Left out otherwise.
 */
const rotationDue = z.nullish(z.boolean());

export const groupServerDataSchema = object({
	...groupLightDataSchema.shape,
	/** Newest first, at most 50. */
	keys: answeredList(groupKeyServerOutputSchema),
	hmac_keys: answeredList(hmacKeySchema),
	sortable_keys: answeredList(sortableKeySchema),
	/** `true` = a key rotation waits to be finished by this member. */
	key_update: z.boolean(),
	rotation_due: rotationDue,
});
export type GroupServerData = z.infer<typeof groupServerDataSchema>;

export const groupCreatedSchema = object({ group_id: idText });
export type GroupCreated = z.infer<typeof groupCreatedSchema>;

export const groupListItemSchema = object({
	group_id: idText,
	/** When the group was created, ms. */
	time: timeSchema,
	joined_time: timeSchema,
	rank: rankNumber,
	parent: z.nullish(idText),
});
export type GroupListItem = z.infer<typeof groupListItemSchema>;

/** A child of a group, in the list of that group. */
export const childListItemSchema = object({
	group_id: idText,
	/** When the child was created, ms. */
	time: timeSchema,
	parent: z.nullish(idText),
});
export type ChildListItem = z.infer<typeof childListItemSchema>;

export const groupUpdateCheckSchema = object({
	key_update: z.boolean(),
	rank: rankNumber,
	rotation_due: rotationDue,
});
export type GroupUpdateCheck = z.infer<typeof groupUpdateCheckSchema>;

export const groupRoutes = {
	createGroup: route({
		method: "POST",
		path: "/group",
		option: "group_create",
		jwt: "valid",
		body: json(groupCreateDataSchema),
		result: envelope(groupCreatedSchema),
	}),

	createChildGroup: route({
		method: "POST",
		path: "/group/:group_id/child",
		option: "group_create",
		jwt: "valid",
		groupAccess: true,
		body: json(groupCreateDataSchema),
		result: envelope(groupCreatedSchema),
	}),

	createConnectedGroup: route({
		method: "POST",
		path: "/group/:group_id/connected",
		option: "group_create",
		jwt: "valid",
		groupAccess: true,
		body: json(groupCreateDataSchema),
		result: envelope(groupCreatedSchema),
	}),

	listGroups: route({
		method: "GET",
		path: "/group/all/:last_time/:last_id",
		option: "group_list",
		jwt: "valid",
		result: envelope(answeredList(groupListItemSchema)),
	}),

	/** The groups that the group is a member of. */
	listGroupsOfGroup: route({
		method: "GET",
		path: "/group/:group_id/all/:last_time/:last_id",
		option: "group_list",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(groupListItemSchema)),
	}),

	listChildGroups: route({
		method: "GET",
		path: "/group/:group_id/children/:last_time/:last_id",
		option: "group_list",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(childListItemSchema)),
	}),

	getGroup: route({
		method: "GET",
		path: "/group/:group_id",
		option: "group_get",
		jwt: "valid",
		groupAccess: true,
		result: envelope(groupServerDataSchema),
	}),

	getGroupLight: route({
		method: "GET",
		path: "/group/:group_id/light",
		option: "group_get",
		jwt: "valid",
		groupAccess: true,
		result: envelope(groupLightDataSchema),
	}),

	checkGroupUpdate: route({
		method: "GET",
		path: "/group/:group_id/update_check",
		option: "group_user_update_check",
		jwt: "valid",
		groupAccess: true,
		result: envelope(groupUpdateCheckSchema),
	}),

	listGroupKeys: route({
		method: "GET",
		path: "/group/:group_id/keys/:last_time/:last_id",
		option: "group_user_keys",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(groupKeyServerOutputSchema)),
	}),

	groupKey: route({
		method: "GET",
		path: "/group/:group_id/key/:key_id",
		option: "group_user_keys",
		jwt: "valid",
		groupAccess: true,
		result: envelope(groupKeyServerOutputSchema),
	}),

	deleteGroup: route({
		method: "DELETE",
		path: "/group/:group_id",
		option: "group_delete",
		jwt: "valid",
		groupAccess: true,
		result: success,
	}),

	/** Stops invites and new join requests, or allows them again. */
	toggleInvites: route({
		method: "PATCH",
		path: "/group/:group_id/change_invite",
		option: "group_invite_stop",
		jwt: "valid",
		groupAccess: true,
		result: success,
	}),

	groupPublicKey: route({
		method: "GET",
		path: "/group/:group_id/public_key",
		option: "user_public_data",
		jwt: "none",
		result: envelope(publicKeyOutSchema),
	}),
};
