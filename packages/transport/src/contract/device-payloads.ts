import { type NewMemberKeys, newMemberKeysSchema, timeSchema } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";

export interface DeviceRegisterResult {
	device_id: string;
	/** Whoever holds it may add the waiting device to an account. */
	token: string;
	device_identifier: string;
	public_key_string: string;
	keypair_encrypt_alg: string;
}
export const deviceRegisterResultSchema: z.ZodMiniType<DeviceRegisterResult> = z.object({
	device_id: z.string(),
	token: z.string(),
	device_identifier: z.string(),
	public_key_string: z.string(),
	keypair_encrypt_alg: z.string(),
});

export interface DoneRegisterDevice {
	user_keys: NewMemberKeys;
	token: string;
}
export const doneRegisterDeviceSchema: z.ZodMiniType<DoneRegisterDevice> = z.object({
	user_keys: newMemberKeysSchema,
	token: z.string(),
});

/** Answer of a route that hands keys over; a session id means that more keys may follow. */
export interface KeysAccepted {
	session_id?: string | null | undefined;
	message: string;
}
export const keysAcceptedSchema: z.ZodMiniType<KeysAccepted> = z.object({
	session_id: z.nullish(z.string()),
	message: z.string(),
});

/** A device of the user. */
export interface DeviceListItem {
	device_id: string;
	/** Since when it is part of the account, ms. */
	time: number;
	/** Base64 of SHA-256 of the identifier: the API knows no more. */
	device_identifier: string;
}
export const deviceListItemSchema: z.ZodMiniType<DeviceListItem> = z.object({
	device_id: z.string(),
	time: timeSchema,
	device_identifier: z.string(),
});
