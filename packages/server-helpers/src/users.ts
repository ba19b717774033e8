import { type Client, isMissingRoute } from "@sentc-ts/transport";
import {
	deviceRoutes,
	type JwtOwner,
	type RefreshResult,
	type SessionListItem,
	sessionRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { prepared, text } from "./input.js";

/** Accounts and their sessions. */
export interface Users {
	/** @param input what `Sentc.prepareCheckUserIdentifierAvailable` returned */
	checkIdentifier(input: string): Promise<string>;
	/** @param input what `Sentc.prepareRegister` returned */
	register(input: string): Promise<string>;
	/** @param input what `Sentc.prepareRegisterDeviceStart` returned */
	registerDevice(input: string): Promise<string>;

	/**
	 * Asks the API who a JWT belongs to. Unlike `verifyJwt` it is one request, and knows of users and devices that were deleted.
	 *
	 * @throws ApiError when the JWT is not valid any more
	 */
	jwtOwner(jwt: string): Promise<JwtOwner>;
	/**
	 * @param oldJwt the JWT to replace, possibly expired
	 * @param rotate `true` = the answer has a new `refresh_token`, to be kept in the place of the old one. That answers the same
	 * for 30 s more; whoever uses it later ends the session. The reference's API answers none.
	 * @throws ApiError `REFRESH_TOKEN_UNKNOWN` when the session has ended
	 */
	refresh(oldJwt: string, refreshToken: string, rotate?: boolean): Promise<RefreshResult>;
	/**
	 * Ends one session, as a log out does; one that has ended is no error. Its JWT stays valid until it expires.
	 *
	 * @param jwt a JWT of the session's device, possibly expired
	 * @returns `false` when the API has no such route, as the reference's: the refresh token lives on there
	 * @throws ApiError `USER_NOT_FOUND` when the user or the device was deleted, and the session with it
	 */
	endSession(jwt: string, refreshToken: string): Promise<boolean>;
	/**
	 * The sessions of a user on all devices, the newest first, 50 at a time. The reference's API has no such list.
	 *
	 * @param jwt the JWT of the user; `verifyJwt` tells the id of its session
	 * @param last the last item of the page before
	 * @returns `undefined` when the API has no such route
	 */
	listSessions(jwt: string, last?: SessionListItem): Promise<SessionListItem[] | undefined>;
	/**
	 * Ends the sessions of a user on all devices but one. JWTs that were issued stay valid until they expire, at most five minutes.
	 *
	 * @param jwt a fresh JWT of the user, as a login gives it
	 * @param keep id of the session that goes on
	 * @returns `false` when the API has no such route, as the reference's
	 * @throws ApiError `JWT_NOT_FRESH`
	 */
	endOtherSessions(jwt: string, keep: string): Promise<boolean>;
}

export function users(client: Client): Users {
	return {
		checkIdentifier: (input) => client.forward(userRoutes.exists, { body: prepared(input) }),
		register: (input) => client.forward(userRoutes.register, { body: prepared(input) }),
		registerDevice: (input) => client.forward(deviceRoutes.prepareRegisterDevice, { body: prepared(input) }),

		jwtOwner: (jwt) => client.call(sessionRoutes.jwtOwner, { jwt }),
		refresh: (jwt, refresh_token, rotate = false) =>
			client.call(sessionRoutes.refresh, { jwt, body: { refresh_token, ...(rotate && { rotate }) } }),
		endSession: (jwt, refresh_token) =>
			wasDone(client.call(sessionRoutes.endSession, { jwt, body: { refresh_token } })),
		listSessions: (jwt, last) => known(client.call(sessionRoutes.listSessions, { jwt, params: pageAfter(last) })),
		endOtherSessions: (jwt, id) => {
			const keep = text("keep", id, "must be the id of the session that goes on");
			return wasDone(client.call(sessionRoutes.endSessions, { jwt, body: { keep } }));
		},
	};
}

/** @returns `undefined` when the API has no such route */
async function known<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (isMissingRoute(error)) return undefined;
		throw error;
	}
}

/** @returns `false` when the API has no such route */
async function wasDone(answer: Promise<string>): Promise<boolean> {
	return (await known(answer)) !== undefined;
}

function pageAfter(last: SessionListItem | undefined): { last_time: string; last_id: string } {
	return { last_time: String(last?.time ?? 0), last_id: last?.session_id ?? "none" };
}
