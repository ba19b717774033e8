import {
	algorithmText,
	answeredList,
	deviceRegisterDataSchema,
	identifierText,
	idText,
	messageText,
	newMemberKeySchema,
	newMemberKeysSchema,
	publicKeyText,
	sentKeys,
	timeSchema,
	tokenText,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { envelope, json, object, route, success } from "./route.js";

export const deviceRegisterResultSchema = object({
	device_id: idText,
	/** Whoever holds it may add the waiting device to an account. */
	token: tokenText,
	device_identifier: identifierText,
	public_key_string: publicKeyText,
	keypair_encrypt_alg: algorithmText,
});
export type DeviceRegisterResult = z.infer<typeof deviceRegisterResultSchema>;

export const doneRegisterDeviceSchema = object({ user_keys: newMemberKeysSchema, token: tokenText });
export type DoneRegisterDevice = z.infer<typeof doneRegisterDeviceSchema>;

/** Answer of a route that hands keys over; a session id means that more keys may follow. */
export const keysAcceptedSchema = object({ session_id: z.nullish(tokenText), message: messageText });
export type KeysAccepted = z.infer<typeof keysAcceptedSchema>;

/** A device of the user. */
export const deviceListItemSchema = object({
	device_id: idText,
	/** Since when it is part of the account, ms. */
	time: timeSchema,
	/** Base64 of SHA-256 of the identifier: the API knows no more. */
	device_identifier: identifierText,
});
export type DeviceListItem = z.infer<typeof deviceListItemSchema>;

export const deviceRoutes = {
	prepareRegisterDevice: route({
		method: "POST",
		path: "/user/prepare_register_device",
		option: "user_device_register",
		jwt: "none",
		body: json(deviceRegisterDataSchema),
		result: envelope(deviceRegisterResultSchema),
	}),

	doneRegisterDevice: route({
		method: "PUT",
		path: "/user/done_register_device",
		option: "user_device_register",
		jwt: "valid",
		body: json(doneRegisterDeviceSchema),
		result: envelope(keysAcceptedSchema),
	}),

	uploadDeviceKeys: route({
		method: "PUT",
		path: "/user/user_keys/session/:session_id",
		option: "open",
		jwt: "valid",
		body: json(sentKeys(newMemberKeySchema)),
		result: success,
	}),

	listDevices: route({
		method: "GET",
		path: "/user/device/:last_time/:last_id",
		option: "user_device_list",
		jwt: "valid",
		result: envelope(answeredList(deviceListItemSchema)),
	}),

	deleteDevice: route({
		method: "DELETE",
		path: "/user/device/:device_id",
		option: "user_device_delete",
		jwt: "fresh",
		result: success,
	}),
};
