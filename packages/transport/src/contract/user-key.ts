import {
	type DoneKeyRotationData,
	doneKeyRotationDataSchema,
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type KeyRotationData,
	type KeyRotationItem,
	keyRotationDataSchema,
	keyRotationItemSchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { signedIn, textResultSchema } from "./common.js";
import { type KeyRotationStarted, keyRotationStartedSchema } from "./group-payloads.js";
import type { Route } from "./route.js";

export const userKey: Route<"/user/user_keys/key/:key_id", never, GroupKeyServerOutput> = {
	...signedIn,
	method: "GET",
	path: "/user/user_keys/key/:key_id",
	option: "user_done_login",
	body: null,
	result: groupKeyServerOutputSchema,
};

export const listUserKeys: Route<"/user/user_keys/keys/:last_time/:last_id", never, GroupKeyServerOutput[]> = {
	...signedIn,
	method: "GET",
	path: "/user/user_keys/keys/:last_time/:last_id",
	option: "user_done_login",
	body: null,
	result: z.array(groupKeyServerOutputSchema),
};

export const startKeyRotation: Route<"/user/user_keys/rotation", KeyRotationData, KeyRotationStarted> = {
	...signedIn,
	method: "POST",
	path: "/user/user_keys/rotation",
	option: "user_key_update",
	body: keyRotationDataSchema,
	result: keyRotationStartedSchema,
};

export const listKeyRotations: Route<"/user/user_keys/rotation", never, KeyRotationItem[]> = {
	...signedIn,
	method: "GET",
	path: "/user/user_keys/rotation",
	option: "user_key_update",
	body: null,
	result: z.array(keyRotationItemSchema),
};

export const finishKeyRotation: Route<"/user/user_keys/rotation/:key_id", DoneKeyRotationData, string> = {
	...signedIn,
	method: "PUT",
	path: "/user/user_keys/rotation/:key_id",
	option: "user_key_update",
	body: doneKeyRotationDataSchema,
	result: textResultSchema,
};
