import { type RegisterData, registerDataSchema } from "@sentc-ts/core-crypto/wire";
import { open, textResultSchema } from "./common.js";
import { type ForcedLogin, forcedLoginSchema } from "./forced-payloads.js";
import type { Route } from "./route.js";
import { type UserIdentifier, userIdentifierSchema } from "./user-payloads.js";

/** For own backends: the secret token instead of a user's JWT (protocol/http-api §8). */
const forced = { ...open, option: "secret" } as const;

export const login: Route<"/user/forced/login", UserIdentifier, ForcedLogin> = {
	...forced,
	method: "POST",
	path: "/user/forced/login",
	body: userIdentifierSchema,
	result: forcedLoginSchema,
};

export const deleteUserByIdentifier: Route<"/user/forced/delete", UserIdentifier, string> = {
	...forced,
	method: "PUT",
	path: "/user/forced/delete",
	body: userIdentifierSchema,
	result: textResultSchema,
};

export const deleteUser: Route<"/user/forced/delete/:user_id", never, string> = {
	...forced,
	method: "DELETE",
	path: "/user/forced/delete/:user_id",
	body: null,
	result: textResultSchema,
};

export const resetUser: Route<"/user/forced/reset_user", RegisterData, string> = {
	...forced,
	method: "PUT",
	path: "/user/forced/reset_user",
	body: registerDataSchema,
	result: textResultSchema,
};

export const disableOtp: Route<"/user/forced/disable_otp", UserIdentifier, string> = {
	...forced,
	method: "PUT",
	path: "/user/forced/disable_otp",
	body: userIdentifierSchema,
	result: textResultSchema,
};

/** The method that the public documentation of the reference names (protocol/http-api §8). */
export const disableOtpByDelete: Route<"/user/forced/disable_otp", UserIdentifier, string> = {
	...disableOtp,
	method: "DELETE",
};

export const endSessions: Route<"/user/forced/sessions", UserIdentifier, string> = {
	...forced,
	method: "DELETE",
	path: "/user/forced/sessions",
	body: userIdentifierSchema,
	result: textResultSchema,
};
