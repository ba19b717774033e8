import {
	answeredList,
	doneKeyRotationDataSchema,
	idText,
	keyRotationDataSchema,
	keyRotationItemSchema,
	messageText,
	timeSchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { envelope, json, object, route, success } from "./route.js";
import { keyRotationStartedSchema } from "./user-key.js";

/** A member was removed; one of `key_id` and `refused` says what became of the rotation. */
export const removedAndRotatedSchema = object({
	group_id: idText,
	/** Id of the new key. */
	key_id: z.nullish(idText),
	/** Why the keys could not be rotated: a rule of key rotation. The group has `rotation_due` from now on. */
	refused: z.nullish(object({ err_code: z.int().check(z.minimum(0), z.maximum(99_999)), err_msg: messageText })),
});
export type RemovedAndRotated = z.infer<typeof removedAndRotatedSchema>;

/** A group whose keys are to be rotated because somebody was removed. */
export const dueGroupItemSchema = object({
	group_id: idText,
	/** When the group was created, ms. */
	time: timeSchema,
	/** Id of the group to act through, where the caller reaches it so. */
	group_as_member: z.nullish(idText),
});
export type DueGroupItem = z.infer<typeof dueGroupItemSchema>;

export const groupRotationRoutes = {
	startKeyRotation: route({
		method: "POST",
		path: "/group/:group_id/key_rotation",
		option: "group_key_rotation",
		jwt: "valid",
		groupAccess: true,
		body: json(keyRotationDataSchema),
		result: envelope(keyRotationStartedSchema),
	}),

	listKeyRotations: route({
		method: "GET",
		path: "/group/:group_id/key_rotation",
		option: "group_get",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(keyRotationItemSchema)),
	}),

	finishKeyRotation: route({
		method: "PUT",
		path: "/group/:group_id/key_rotation/:key_id",
		option: "group_get",
		jwt: "valid",
		groupAccess: true,
		body: json(doneKeyRotationDataSchema),
		result: success,
	}),

	/**
	 * Not part of the reference: the groups below that have `rotation_due` for the caller; each that is rotated may be followed by those
	 * below it.
	 */
	listDueGroups: route({
		method: "GET",
		path: "/group/:group_id/rotation_due/:last_time/:last_id",
		option: "group_user_update_check",
		jwt: "valid",
		groupAccess: true,
		result: envelope(answeredList(dueGroupItemSchema)),
	}),

	/**
	 * Not part of the reference: removes a member and rotates the keys of the group, in one step, so that the new key reaches those
	 * who are left only. A rotation that is refused does not keep the member in the group.
	 */
	kickAndRotate: route({
		method: "PUT",
		path: "/group/:group_id/kick/:user_id/rotate",
		option: "group_user_delete",
		jwt: "valid",
		groupAccess: true,
		body: json(keyRotationDataSchema),
		result: envelope(removedAndRotatedSchema),
	}),
};
