import {
	algorithmText,
	idText,
	privateKeyText,
	publicKeyText,
	registerDataSchema,
	wrappedKeyText,
} from "@sentc-ts/core-crypto/wire";
import type * as z from "zod/mini";
import { lightSessionSchema } from "./light.js";
import { verifyLoginResultSchema } from "./login.js";
import { envelope, json, object, route, success } from "./route.js";
import { userIdentifierSchema } from "./user.js";

/** A device's keys without their ids: both are the device id. */
export const forcedDeviceKeysSchema = object({
	device_id: idText,
	user_id: idText,
	user_group_id: idText,
	encrypted_master_key: wrappedKeyText,
	encrypted_private_key: privateKeyText,
	public_key_string: publicKeyText,
	keypair_encrypt_alg: algorithmText,
	encrypted_sign_key: privateKeyText,
	verify_key_string: publicKeyText,
	keypair_sign_alg: algorithmText,
});
export type ForcedDeviceKeys = z.infer<typeof forcedDeviceKeysSchema>;

/** A session for a user, without password and second factor. */
export const forcedLoginSchema = object({ device_keys: forcedDeviceKeysSchema, verify: verifyLoginResultSchema });
export type ForcedLogin = z.infer<typeof forcedLoginSchema>;

/** {@link ForcedLogin} of a user without user keys. */
export const forcedLightLoginSchema = object({ device_keys: forcedDeviceKeysSchema, verify: lightSessionSchema });
export type ForcedLightLogin = z.infer<typeof forcedLightLoginSchema>;

/** For own backends: the secret token instead of a user's JWT (protocol/http-api §8). */
const forced = { option: "secret", jwt: "none" } as const;

const disableOtp = route({
	...forced,
	method: "PUT",
	path: "/user/forced/disable_otp",
	body: json(userIdentifierSchema),
	result: success,
});

export const forcedRoutes = {
	login: route({
		...forced,
		method: "POST",
		path: "/user/forced/login",
		body: json(userIdentifierSchema),
		result: envelope(forcedLoginSchema),
	}),

	lightLogin: route({
		...forced,
		method: "POST",
		path: "/user/forced/login_light",
		body: json(userIdentifierSchema),
		result: envelope(forcedLightLoginSchema),
	}),

	deleteUserByIdentifier: route({
		...forced,
		method: "PUT",
		path: "/user/forced/delete",
		body: json(userIdentifierSchema),
		result: success,
	}),

	deleteUser: route({
		...forced,
		method: "DELETE",
		path: "/user/forced/delete/:user_id",
		result: success,
	}),

	resetUser: route({
		...forced,
		method: "PUT",
		path: "/user/forced/reset_user",
		body: json(registerDataSchema),
		result: success,
	}),

	disableOtp,

	/** The method that the public documentation of the reference names (protocol/http-api §8). */
	disableOtpByDelete: route({ ...disableOtp, method: "DELETE" }),

	endSessions: route({
		...forced,
		method: "DELETE",
		path: "/user/forced/sessions",
		body: json(userIdentifierSchema),
		result: success,
	}),
};
