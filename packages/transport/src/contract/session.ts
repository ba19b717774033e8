import { answeredList, idText, jwtText, timeSchema, tokenText } from "@sentc-ts/core-crypto/wire";
import * as z from "zod/mini";
import { envelope, json, object, route, success } from "./route.js";

const seconds = z.int().check(z.nonnegative(), z.maximum(2 ** 32 - 1));

/** What the API writes into a JWT (protocol/http-api §4.2). */
export const jwtClaimsSchema = object({
	/** User id. */
	aud: idText,
	/** Device id. */
	sub: idText,
	/** End of validity, seconds since the epoch. */
	exp: seconds,
	/** Time of issue, seconds since the epoch. */
	iat: seconds,
	/** `true` = issued by a login. */
	fresh: z.boolean(),
});
export type JwtClaims = z.infer<typeof jwtClaimsSchema>;

export const refreshTokenSchema = object({ refresh_token: tokenText });
export type RefreshToken = z.infer<typeof refreshTokenSchema>;

export const refreshResultSchema = object({ user_id: idText, jwt: jwtText, device_id: idText });
export type RefreshResult = z.infer<typeof refreshResultSchema>;

export const groupInviteSchema = object({
	group_id: idText,
	/** When it was made, ms. */
	time: timeSchema,
});
export type GroupInvite = z.infer<typeof groupInviteSchema>;

export const initResultSchema = object({ jwt: jwtText, invites: answeredList(groupInviteSchema) });
export type InitResult = z.infer<typeof initResultSchema>;

export const jwtOwnerSchema = object({
	/** User id. */
	id: idText,
	device_id: idText,
});
export type JwtOwner = z.infer<typeof jwtOwnerSchema>;

export const sessionRoutes = {
	/** The refresh token stays the same (protocol/http-api §9): a second request does what the first did. */
	refresh: route({
		method: "PUT",
		path: "/refresh",
		option: "user_jwt_refresh",
		jwt: "expired-allowed",
		safe: true,
		body: json(refreshTokenSchema),
		result: envelope(refreshResultSchema),
	}),

	/** Not part of the reference: ends the session of a refresh token, as a log out does. One that has ended is no error. */
	endSession: route({
		method: "DELETE",
		path: "/refresh",
		option: "user_jwt_refresh",
		jwt: "expired-allowed",
		body: json(refreshTokenSchema),
		result: success,
	}),

	init: route({
		method: "POST",
		path: "/init",
		option: "user_jwt_refresh",
		jwt: "expired-allowed",
		safe: true,
		body: json(refreshTokenSchema),
		result: envelope(initResultSchema),
	}),

	jwtOwner: route({
		method: "GET",
		path: "/user/jwt",
		option: "secret",
		jwt: "valid",
		result: envelope(jwtOwnerSchema),
	}),
};
