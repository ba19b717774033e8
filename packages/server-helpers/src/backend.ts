import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import { ApiError, type Client, createClient, isMissingRoute } from "@sentc-ts/transport";
import {
	deviceRoutes,
	type ForcedLogin,
	forcedRoutes,
	type GroupLightData,
	groupRoutes,
	type JwtOwner,
	type RefreshResult,
	SERVER_ERRORS,
	type SessionListItem,
	sessionRoutes,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { parseAddress } from "@sentc-ts/transport/limits";

/** Where the API is and the token that lets an own backend speak for the app. */
export interface BackendOptions {
	/** Origin of the API, for example `https://api.example.com`. */
	base_url: string;
	/** Secret token of the app, base64. It must never reach a browser. */
	secret_token: string;
	/** How long a request may take in all, with its repetitions and the body of its answer, ms. Default 30 000. */
	timeout?: number | undefined;
	/** Another `fetch`, for example the handler of an embedded API. */
	fetch?: typeof globalThis.fetch | undefined;
}

/**
 * Everything an own backend asks the API for, with the secret token. One rule for all of it:
 *
 * - **With `input`** it is the middle step between a client's `prepare…` and `done…`: what the client prepared goes to the API
 *   as it is, and the API's answer comes back as text, as it is. A refusal is an answer too; the `read…` functions tell.
 * - **Without** the answer is read here: the result, or nothing, and an `ApiError` when the API refuses.
 *
 * Both throw `InvalidInput` before anything is sent, and `RequestError` when no answer comes. The API does not ask who the
 * secret token acts for: whether the caller may do it is for the own backend to decide.
 */
export interface Backend {
	/**
	 * The same for one client: the API then limits what it asks for by the client's address, as it does for pages. Without it
	 * the requests of an own backend are not limited by address, so that whoever reaches it could flood the API through it.
	 *
	 * @param address IP address of the client: that of the socket or, behind a proxy of yours, what the proxy says
	 * @throws InvalidInput naming `address`
	 */
	forClient(address: string): Backend;

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

	/**
	 * @param jwt the JWT of the user who creates the group
	 * @param input what `user.prepareGroupCreate` returned
	 */
	createGroup(jwt: string, input: string): Promise<string>;
	/**
	 * @param jwt the JWT of a user with rank 0 or 1 in the group
	 * @throws ApiError `NO_GROUP_ACCESS`, `RANK_INSUFFICIENT`
	 */
	deleteGroup(jwt: string, groupId: string): Promise<void>;
	/**
	 * Asks whether the user has access to a group, and with which rank.
	 *
	 * @param jwt the JWT of the user
	 * @returns the group without keys, or `undefined` when the user has no access or the group doesn't exist
	 */
	groupAccess(jwt: string, groupId: string): Promise<GroupLightData | undefined>;

	/**
	 * Deletes a user with all devices, sessions and keys, for good.
	 *
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	deleteUser(userId: string): Promise<void>;
	/**
	 * {@link Backend.deleteUser} by the identifier of any device of the user.
	 *
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	deleteUserByIdentifier(identifier: string): Promise<void>;
	/**
	 * Switches the second factor off, for somebody who lost it and every recovery key. Make sure that it is that person: until
	 * a new factor is registered the password alone opens the account.
	 *
	 * @param identifier of any device of the user
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	disableMfa(identifier: string): Promise<void>;
	/**
	 * Ends every session of every device of the user. JWTs that were issued stay valid until they expire, at most five minutes.
	 *
	 * @param identifier of any device of the user
	 * @throws ApiError `USER_NOT_FOUND`
	 */
	endSessions(identifier: string): Promise<void>;
	/**
	 * Gives an account to somebody who lost every device and password. **Data is lost for good:** all devices with their
	 * sessions, and all keys of the user. What was encrypted for the user can't be opened any more. User id, second factor and
	 * group memberships stay, but without keys: in each group a member has to call `reInviteUser` before the user can read
	 * anything there.
	 *
	 * @param input what `Sentc.prepareRegister` returned, for an identifier that the user has; it is the only device afterwards
	 */
	forceResetUser(input: string): Promise<string>;
	/**
	 * Opens a session without password and second factor. **Whoever gets the result is that user** for the API: it has a fresh
	 * JWT, which deletes the account or switches the second factor off, and a refresh token. The keys in it stay encrypted
	 * under the password, so it reads nothing. Hand it to nobody but the proven owner of the account, and don't log it.
	 *
	 * @param identifier of one device; the session is that device's
	 * @throws ApiError `LOGIN_REFUSED` when nobody has the identifier
	 */
	forceLogin(identifier: string): Promise<ForcedLogin>;
}

/**
 * Makes the client an own backend needs.
 *
 * @throws InvalidInput naming `base_url` or `secret_token`
 * @example
 * ```ts
 * import { createBackend, readRegistration } from "@sentc-ts/server-helpers";
 *
 * const backend = createBackend({ base_url: "https://api.example.com", secret_token: "<your secret token>" });
 *
 * // `input` is what the page's `Sentc.prepareRegister` returned; the answer goes back for its `Sentc.doneRegister`.
 * export async function register(input: string): Promise<string> {
 * 	const answer = await backend.register(input);
 * 	const { user_id } = readRegistration(answer);
 * 	console.log(`A new user: ${user_id}`);
 * 	return answer;
 * }
 * ```
 */
export function createBackend(options: BackendOptions): Backend {
	if (typeof options.secret_token !== "string" || options.secret_token === "") {
		throw new InvalidInput("secret_token", "must be the secret token of the app");
	}
	const client = createClient({
		baseUrl: options.base_url,
		appToken: options.secret_token,
		timeout: options.timeout,
		fetch: options.fetch,
	});
	return backendOf(client);
}

function backendOf(client: Client): Backend {
	return {
		forClient: (address) => backendOf(forAddress(client, address)),

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

		createGroup: (jwt, input) => client.forward(groupRoutes.createGroup, { jwt, body: prepared(input) }),
		deleteGroup: (jwt, group_id) => done(client.call(groupRoutes.deleteGroup, { jwt, params: { group_id } })),
		groupAccess: (jwt, group_id) => groupAccess(client, jwt, group_id),

		deleteUser: (user_id) => done(client.call(forcedRoutes.deleteUser, { params: { user_id } })),
		deleteUserByIdentifier: (name) => done(client.call(forcedRoutes.deleteUserByIdentifier, { body: named(name) })),
		disableMfa: (name) => done(client.call(forcedRoutes.disableOtp, { body: named(name) })),
		endSessions: (name) => done(client.call(forcedRoutes.endSessions, { body: named(name) })),
		forceResetUser: (input) => client.forward(forcedRoutes.resetUser, { body: prepared(input) }),
		forceLogin: (name) => client.call(forcedRoutes.login, { body: named(name) }),
	};
}

function forAddress(client: Client, address: string): Client {
	const clientAddress = typeof address === "string" ? parseAddress(address)?.text : undefined;
	if (clientAddress === undefined) throw new InvalidInput("address", "must be an IP address");
	return {
		...client,
		call: (route, input) => client.call(route, { ...input, clientAddress }),
		forward: (route, input) => client.forward(route, { ...input, clientAddress }),
	};
}

function prepared(input: string): string {
	return text("input", input, "must be the string a prepare function returned");
}

function named(identifier: string): { user_identifier: string } {
	return { user_identifier: text("identifier", identifier, "must be the identifier of a device") };
}

function text(field: string, value: string, rule: string): string {
	if (typeof value !== "string" || value === "") throw new InvalidInput(field, rule);
	return value;
}

/** What the API says of a success is not part of its contract. */
async function done(answer: Promise<string>): Promise<void> {
	await answer;
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

/** The API's codes for "no access, or no such group" and for an id that no group can have. */
const NO_ACCESS: readonly number[] = [SERVER_ERRORS.NO_GROUP_ACCESS.code, SERVER_ERRORS.INVALID_ID.code];

async function groupAccess(client: Client, jwt: string, group_id: string): Promise<GroupLightData | undefined> {
	try {
		return await client.call(groupRoutes.getGroupLight, { jwt, params: { group_id } });
	} catch (error) {
		if (error instanceof InvalidInput && error.field === "group_id") return undefined;
		if (error instanceof ApiError && NO_ACCESS.includes(error.serverCode)) return undefined;
		throw error;
	}
}
