import { type Client, isMissingRoute } from "@sentc-ts/transport";
import {
	deviceRoutes,
	type JwtOwner,
	type RefreshResult,
	sessionRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { prepared } from "./input.js";

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
	 * @throws ApiError `REFRESH_TOKEN_UNKNOWN` when the session has ended
	 */
	refresh(oldJwt: string, refreshToken: string): Promise<RefreshResult>;
	/**
	 * Ends one session, as a log out does; one that has ended is no error. Its JWT stays valid until it expires.
	 *
	 * @param jwt a JWT of the session's device, possibly expired
	 * @returns `false` when the API has no such route, as the reference's: the refresh token lives on there
	 * @throws ApiError `USER_NOT_FOUND` when the user or the device was deleted, and the session with it
	 */
	endSession(jwt: string, refreshToken: string): Promise<boolean>;
}

export function users(client: Client): Users {
	return {
		checkIdentifier: (input) => client.forward(userRoutes.exists, { body: prepared(input) }),
		register: (input) => client.forward(userRoutes.register, { body: prepared(input) }),
		registerDevice: (input) => client.forward(deviceRoutes.prepareRegisterDevice, { body: prepared(input) }),

		jwtOwner: (jwt) => client.call(sessionRoutes.jwtOwner, { jwt }),
		refresh: (jwt, refresh_token) => client.call(sessionRoutes.refresh, { jwt, body: { refresh_token } }),
		endSession: (jwt, refresh_token) => endSession(client, jwt, refresh_token),
	};
}

async function endSession(client: Client, jwt: string, refresh_token: string): Promise<boolean> {
	try {
		await client.call(sessionRoutes.endSession, { jwt, body: { refresh_token } });
		return true;
	} catch (error) {
		if (isMissingRoute(error)) return false;
		throw error;
	}
}
