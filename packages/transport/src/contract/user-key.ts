import {
	answeredList,
	doneKeyRotationDataSchema,
	groupKeyServerOutputSchema,
	idText,
	keyRotationDataSchema,
	keyRotationItemSchema,
} from "@sentc-ts/core-crypto/wire";
import type * as z from "zod/mini";
import { envelope, json, object, route, success } from "./route.js";

/** A key rotation that was started. */
export const keyRotationStartedSchema = object({
	group_id: idText,
	/** Id of the new key. */
	key_id: idText,
});
export type KeyRotationStarted = z.infer<typeof keyRotationStartedSchema>;

export const userKeyRoutes = {
	userKey: route({
		method: "GET",
		path: "/user/user_keys/key/:key_id",
		option: "user_done_login",
		jwt: "valid",
		result: envelope(groupKeyServerOutputSchema),
	}),

	listUserKeys: route({
		method: "GET",
		path: "/user/user_keys/keys/:last_time/:last_id",
		option: "user_done_login",
		jwt: "valid",
		result: envelope(answeredList(groupKeyServerOutputSchema)),
	}),

	startKeyRotation: route({
		method: "POST",
		path: "/user/user_keys/rotation",
		option: "user_key_update",
		jwt: "valid",
		body: json(keyRotationDataSchema),
		result: envelope(keyRotationStartedSchema),
	}),

	listKeyRotations: route({
		method: "GET",
		path: "/user/user_keys/rotation",
		option: "user_key_update",
		jwt: "valid",
		result: envelope(answeredList(keyRotationItemSchema)),
	}),

	finishKeyRotation: route({
		method: "PUT",
		path: "/user/user_keys/rotation/:key_id",
		option: "user_key_update",
		jwt: "valid",
		body: json(doneKeyRotationDataSchema),
		result: success,
	}),
};
