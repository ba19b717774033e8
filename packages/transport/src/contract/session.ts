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
	/** Not part of the reference: id of the session. */
	sid: z.optional(idText),
});
export type JwtClaims = z.infer<typeof jwtClaimsSchema>;

export const refreshTokenSchema = object({ refresh_token: tokenText });
export type RefreshToken = z.infer<typeof refreshTokenSchema>;

export const refreshRequestSchema = object({
	refresh_token: tokenText,
	/**
	 * Not part of the reference: the answer has a new refresh token. The one before does the same for 30 s more, as two tabs or
	 * a lost answer need it; after that, whoever uses it ends the session.
	 */
	rotate: z.optional(z.boolean()),
});
export type RefreshRequest = z.infer<typeof refreshRequestSchema>;

/** Present when `rotate` was asked for, and the API knows of it. */
const rotatedToken = z.optional(tokenText);

export const refreshResultSchema = object({
	user_id: idText,
	jwt: jwtText,
	device_id: idText,
	refresh_token: rotatedToken,
});
export type RefreshResult = z.infer<typeof refreshResultSchema>;

export const groupInviteSchema = object({
	group_id: idText,
	/** When it was made, ms. */
	time: timeSchema,
});
export type GroupInvite = z.infer<typeof groupInviteSchema>;

export const initResultSchema = object({
	jwt: jwtText,
	invites: answeredList(groupInviteSchema),
	refresh_token: rotatedToken,
});
export type InitResult = z.infer<typeof initResultSchema>;

export const jwtOwnerSchema = object({
	/** User id. */
	id: idText,
	device_id: idText,
});
export type JwtOwner = z.infer<typeof jwtOwnerSchema>;

/** A session of the user: what a login began. */
export const sessionListItemSchema = object({
	session_id: idText,
	device_id: idText,
	/** When it began, ms. */
	time: timeSchema,
	/** When its refresh token was last used, ms; to the hour, unless it rotates. Now, for the session that asks. */
	last_used: timeSchema,
});
export type SessionListItem = z.infer<typeof sessionListItemSchema>;

/** The session that goes on; without it none does. */
export const endSessionsSchema = object({ keep: z.optional(idText) });
export type EndSessionsRequest = z.infer<typeof endSessionsSchema>;

export const sessionRoutes = {
	/** The refresh token stays the same, or changes as `rotate` says (protocol/http-api §9): a second request does what the first did. */
	refresh: route({
		method: "PUT",
		path: "/refresh",
		option: "user_jwt_refresh",
		jwt: "expired-allowed",
		safe: true,
		body: json(refreshRequestSchema),
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
		body: json(refreshRequestSchema),
		result: envelope(initResultSchema),
	}),

	/** Not part of the reference: the sessions of the user on all devices, the newest first. */
	listSessions: route({
		method: "GET",
		path: "/user/session/:last_time/:last_id",
		option: "user_device_list",
		jwt: "valid",
		result: envelope(answeredList(sessionListItemSchema)),
	}),

	/** Not part of the reference: ends the sessions of the user on all devices but one. */
	endSessions: route({
		method: "DELETE",
		path: "/user/session",
		option: "user_device_delete",
		jwt: "fresh",
		body: json(endSessionsSchema),
		result: success,
	}),

	jwtOwner: route({
		method: "GET",
		path: "/user/jwt",
		option: "secret",
		jwt: "valid",
		result: envelope(jwtOwnerSchema),
	}),
};
