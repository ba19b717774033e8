import {
	type DeviceRegisterData,
	deviceRegisterDataSchema,
	type NewMemberKey,
	newMemberKeySchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { freshlySignedIn, open, signedIn, textResultSchema } from "./common.js";
import {
	type DeviceListItem,
	type DeviceRegisterResult,
	type DoneRegisterDevice,
	deviceListItemSchema,
	deviceRegisterResultSchema,
	doneRegisterDeviceSchema,
	type KeysAccepted,
	keysAcceptedSchema,
} from "./device-payloads.js";
import type { Route } from "./route.js";

export const prepareRegisterDevice: Route<"/user/prepare_register_device", DeviceRegisterData, DeviceRegisterResult> = {
	...open,
	method: "POST",
	path: "/user/prepare_register_device",
	option: "user_device_register",
	body: deviceRegisterDataSchema,
	result: deviceRegisterResultSchema,
};

export const doneRegisterDevice: Route<"/user/done_register_device", DoneRegisterDevice, KeysAccepted> = {
	...signedIn,
	method: "PUT",
	path: "/user/done_register_device",
	option: "user_device_register",
	body: doneRegisterDeviceSchema,
	result: keysAcceptedSchema,
};

export const uploadDeviceKeys: Route<"/user/user_keys/session/:session_id", NewMemberKey[], string> = {
	...signedIn,
	method: "PUT",
	path: "/user/user_keys/session/:session_id",
	option: "open",
	body: z.array(newMemberKeySchema),
	result: textResultSchema,
};

export const listDevices: Route<"/user/device/:last_time/:last_id", never, DeviceListItem[]> = {
	...signedIn,
	method: "GET",
	path: "/user/device/:last_time/:last_id",
	option: "user_device_list",
	body: null,
	result: z.array(deviceListItemSchema),
};

export const deleteDevice: Route<"/user/device/:device_id", never, string> = {
	...freshlySignedIn,
	method: "DELETE",
	path: "/user/device/:device_id",
	option: "user_device_delete",
	body: null,
	result: textResultSchema,
};
