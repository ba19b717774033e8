import * as z from "zod/mini";
import { type LightSession, lightSessionSchema } from "./light-payloads.js";
import { type VerifyLoginResult, verifyLoginResultSchema } from "./user-payloads.js";

/** A device's keys without their ids: both are the device id. */
export interface ForcedDeviceKeys {
	device_id: string;
	user_id: string;
	user_group_id: string;
	encrypted_master_key: string;
	encrypted_private_key: string;
	public_key_string: string;
	keypair_encrypt_alg: string;
	encrypted_sign_key: string;
	verify_key_string: string;
	keypair_sign_alg: string;
}
export const forcedDeviceKeysSchema: z.ZodMiniType<ForcedDeviceKeys> = z.object({
	device_id: z.string(),
	user_id: z.string(),
	user_group_id: z.string(),
	encrypted_master_key: z.string(),
	encrypted_private_key: z.string(),
	public_key_string: z.string(),
	keypair_encrypt_alg: z.string(),
	encrypted_sign_key: z.string(),
	verify_key_string: z.string(),
	keypair_sign_alg: z.string(),
});

/** A session for a user, without password and second factor. */
export interface ForcedLogin {
	device_keys: ForcedDeviceKeys;
	verify: VerifyLoginResult;
}
export const forcedLoginSchema: z.ZodMiniType<ForcedLogin> = z.object({
	device_keys: forcedDeviceKeysSchema,
	verify: verifyLoginResultSchema,
});

/** {@link ForcedLogin} of a user without user keys. */
export interface ForcedLightLogin {
	device_keys: ForcedDeviceKeys;
	verify: LightSession;
}
export const forcedLightLoginSchema: z.ZodMiniType<ForcedLightLogin> = z.object({
	device_keys: forcedDeviceKeysSchema,
	verify: lightSessionSchema,
});
