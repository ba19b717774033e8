import {
	changePasswordDataSchema,
	identifierText,
	idText,
	publicKeyOutSchema,
	registerDataSchema,
	resetPasswordDataSchema,
	verifyKeyOutSchema,
} from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { envelope, json, object, route, success } from "./route.js";

export const userIdentifierSchema = object({ user_identifier: identifierText });
export type UserIdentifier = z.infer<typeof userIdentifierSchema>;

export const identifierAvailabilitySchema = object({ user_identifier: identifierText, available: z.boolean() });
export type IdentifierAvailability = z.infer<typeof identifierAvailabilitySchema>;

export const registerResultSchema = object({
	user_id: idText,
	device_id: idText,
	device_identifier: identifierText,
});
export type RegisterResult = z.infer<typeof registerResultSchema>;

export const userRoutes = {
	exists: route({
		method: "POST",
		path: "/exists",
		option: "user_exists",
		jwt: "none",
		safe: true,
		body: json(userIdentifierSchema),
		result: envelope(identifierAvailabilitySchema),
	}),

	register: route({
		method: "POST",
		path: "/register",
		option: "user_register",
		jwt: "none",
		body: json(registerDataSchema),
		result: envelope(registerResultSchema),
	}),

	updateIdentifier: route({
		method: "PUT",
		path: "/user",
		option: "user_update",
		jwt: "valid",
		body: json(userIdentifierSchema),
		result: success,
	}),

	deleteUser: route({
		method: "DELETE",
		path: "/user",
		option: "user_delete",
		jwt: "fresh",
		result: success,
	}),

	changePassword: route({
		method: "PUT",
		path: "/user/update_pw",
		option: "user_change_password",
		jwt: "fresh",
		body: json(changePasswordDataSchema),
		result: success,
	}),

	resetPassword: route({
		method: "PUT",
		path: "/user/reset_pw",
		option: "user_reset_password",
		jwt: "valid",
		body: json(resetPasswordDataSchema),
		result: success,
	}),

	userPublicKey: route({
		method: "GET",
		path: "/user/:user_id/public_key",
		option: "user_public_data",
		jwt: "none",
		result: envelope(publicKeyOutSchema),
	}),

	userPublicKeyById: route({
		method: "GET",
		path: "/user/:user_id/public_key/:key_id",
		option: "user_public_data",
		jwt: "none",
		result: envelope(publicKeyOutSchema),
	}),

	userVerifyKey: route({
		method: "GET",
		path: "/user/:user_id/verify_key/:key_id",
		option: "user_public_data",
		jwt: "none",
		result: envelope(verifyKeyOutSchema),
	}),
};
