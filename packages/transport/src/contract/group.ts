import {
	type GroupCreateData,
	type GroupKeyServerOutput,
	groupCreateDataSchema,
	groupKeyServerOutputSchema,
	type PublicKeyOut,
	publicKeyOutSchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { textResultSchema } from "./common.js";
import {
	type GroupCreated,
	type GroupLightData,
	type GroupListItem,
	type GroupServerData,
	type GroupUpdateCheck,
	groupCreatedSchema,
	groupLightDataSchema,
	groupListItemSchema,
	groupServerDataSchema,
	groupUpdateCheckSchema,
} from "./group-payloads.js";
import type { Route } from "./route.js";

const member = { jwt: "valid", groupAccess: true, body: null } as const;

export const createGroup: Route<"/group", GroupCreateData, GroupCreated> = {
	method: "POST",
	path: "/group",
	option: "group_create",
	jwt: "valid",
	groupAccess: false,
	body: groupCreateDataSchema,
	result: groupCreatedSchema,
};

export const listGroups: Route<"/group/all/:last_time/:last_id", never, GroupListItem[]> = {
	method: "GET",
	path: "/group/all/:last_time/:last_id",
	option: "group_list",
	jwt: "valid",
	groupAccess: false,
	body: null,
	result: z.array(groupListItemSchema),
};

export const getGroup: Route<"/group/:group_id", never, GroupServerData> = {
	...member,
	method: "GET",
	path: "/group/:group_id",
	option: "group_get",
	result: groupServerDataSchema,
};

export const getGroupLight: Route<"/group/:group_id/light", never, GroupLightData> = {
	...member,
	method: "GET",
	path: "/group/:group_id/light",
	option: "group_get",
	result: groupLightDataSchema,
};

export const checkGroupUpdate: Route<"/group/:group_id/update_check", never, GroupUpdateCheck> = {
	...member,
	method: "GET",
	path: "/group/:group_id/update_check",
	option: "group_user_update_check",
	result: groupUpdateCheckSchema,
};

export const listGroupKeys: Route<"/group/:group_id/keys/:last_time/:last_id", never, GroupKeyServerOutput[]> = {
	...member,
	method: "GET",
	path: "/group/:group_id/keys/:last_time/:last_id",
	option: "group_user_keys",
	result: z.array(groupKeyServerOutputSchema),
};

export const groupKey: Route<"/group/:group_id/key/:key_id", never, GroupKeyServerOutput> = {
	...member,
	method: "GET",
	path: "/group/:group_id/key/:key_id",
	option: "group_user_keys",
	result: groupKeyServerOutputSchema,
};

export const deleteGroup: Route<"/group/:group_id", never, string> = {
	...member,
	method: "DELETE",
	path: "/group/:group_id",
	option: "group_delete",
	result: textResultSchema,
};

export const groupPublicKey: Route<"/group/:group_id/public_key", never, PublicKeyOut> = {
	method: "GET",
	path: "/group/:group_id/public_key",
	option: "user_public_data",
	jwt: "none",
	groupAccess: false,
	body: null,
	result: publicKeyOutSchema,
};
