import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import { ApiError, createClient, readEnvelope } from "@sentc-ts/transport";
import {
	deviceRoutes,
	type GroupCreated,
	type GroupLightData,
	groupRoutes,
	type RegisterResult,
	SERVER_ERRORS,
	userRoutes,
} from "@sentc-ts/transport/contract";

/** Where the API is and the token that lets an own backend speak for the app. */
export interface BackendOptions {
	/** Origin of the API, for example `https://api.example.com`. */
	base_url: string;
	/** Secret token of the app, base64. It must never reach a browser. */
	secret_token: string;
	/** How long one request may take, ms. Default 30 000. */
	timeout?: number | undefined;
	/** Another `fetch`, for example the handler of an embedded API. */
	fetch?: typeof globalThis.fetch | undefined;
}

/**
 * The middle step between a client's `prepare…` and `done…`: every function forwards what the client prepared, unchanged,
 * with the secret token, and resolves to the API's answer as text, unchanged, for the client's `done…`.
 * A refusal by the API is an answer too; only a missing answer throws (`RequestError`). `groupAccess` alone reads its answer.
 */
export interface Backend {
	/** @param input what `Sentc.prepareRegister` returned */
	register(input: string): Promise<string>;
	/** @param input what `Sentc.prepareRegisterDeviceStart` returned */
	registerDevice(input: string): Promise<string>;
	/**
	 * @param jwt the JWT of the user who creates the group
	 * @param input what `user.prepareGroupCreate` returned
	 */
	createGroup(jwt: string, input: string): Promise<string>;
	/** @param jwt the JWT of a user with rank 0 or 1 in the group */
	deleteGroup(jwt: string, groupId: string): Promise<string>;
	/** @param oldJwt the JWT to replace, possibly expired */
	refresh(oldJwt: string, refreshToken: string): Promise<string>;
	/**
	 * Asks whether the user has access to a group, and with which rank.
	 *
	 * @param jwt the JWT of the user
	 * @returns the group without keys, or `undefined` when the user has no access or the group doesn't exist
	 * @throws ApiError for every other refusal
	 */
	groupAccess(jwt: string, groupId: string): Promise<GroupLightData | undefined>;
}

/** The API's codes for "no access, or no such group" and for an id that no group can have. */
const NO_ACCESS: readonly number[] = [SERVER_ERRORS.NO_GROUP_ACCESS.code, SERVER_ERRORS.INVALID_ID.code];

/**
 * Makes the client an own backend needs.
 *
 * @throws InvalidInput naming `base_url` or `secret_token`
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
	return {
		register: (input) => client.forward(userRoutes.register, { body: prepared(input) }),
		registerDevice: (input) => client.forward(deviceRoutes.prepareRegisterDevice, { body: prepared(input) }),
		createGroup: (jwt, input) => client.forward(groupRoutes.createGroup, { jwt, body: prepared(input) }),
		deleteGroup: (jwt, group_id) => client.forward(groupRoutes.deleteGroup, { jwt, params: { group_id } }),
		refresh: (jwt, refresh_token) =>
			client.forward(userRoutes.refresh, { jwt, body: JSON.stringify({ refresh_token }) }),
		groupAccess: (jwt, group_id) =>
			client.call(groupRoutes.getGroupLight, { jwt, params: { group_id } }).catch((error: unknown) => {
				if (error instanceof InvalidInput) return undefined;
				if (error instanceof ApiError && NO_ACCESS.includes(error.serverCode)) return undefined;
				throw error;
			}),
	};
}

function prepared(input: string): string {
	if (typeof input !== "string" || input === "") {
		throw new InvalidInput("input", "must be the string a prepare function returned");
	}
	return input;
}

/**
 * Reads the answer to {@link Backend.register}, to store the user id with the backend's own data.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readRegistration(answer: string): RegisterResult {
	return readEnvelope(answer, userRoutes.register.result);
}

/**
 * Reads the answer to {@link Backend.createGroup}.
 *
 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
 */
export function readGroupCreation(answer: string): GroupCreated {
	return readEnvelope(answer, groupRoutes.createGroup.result);
}
