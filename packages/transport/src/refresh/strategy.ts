import { SentcError } from "@sentc-ts/core-crypto/wire";
import type { Client } from "../client/client.js";
import { SERVER_ERRORS } from "../contract/error-codes.js";
import { sessionRoutes } from "../contract/session.js";
import { withDeadline } from "../deadline.js";
import { ApiError, RefreshFailed, SessionEnded } from "../errors.js";
import { decodeJwt, isCompactJws } from "../jwt.js";
import { REFRESH_ENDPOINT, type RefreshChoice } from "./options.js";

/** Gets a new JWT for an old one, whoever does it. */
export interface RefreshStrategy {
	/** `false` = the refresh token lives in the developer's cookie or function and must not be stored by the client. */
	readonly storesRefreshToken: boolean;
	/**
	 * @param oldJwt the JWT to replace, possibly expired
	 * @param refreshToken only looked at by the `api` strategy
	 * @throws SessionEnded when the API refuses for good
	 * @throws RefreshFailed when no usable JWT came; the session may still be alive
	 */
	refresh(oldJwt: string, refreshToken: string): Promise<string>;
}

/**
 * Makes the strategy that was chosen.
 *
 * @param client reaches the API, for the strategy `api`; its deadline is that of every strategy
 * @param fetch how the strategy `cookie` reaches the developer's endpoint
 * @example
 * ```ts
 * import { createClient, createRefreshStrategy, parseRefreshOptions, SessionEnded } from "@sentc-ts/transport";
 *
 * const client = createClient({ baseUrl: "https://api.example.com", appToken: "<the app token>" });
 * const strategy = createRefreshStrategy(parseRefreshOptions(undefined), client);
 *
 * export async function nextJwt(jwt: string, refreshToken: string): Promise<string | undefined> {
 * 	try {
 * 		return await strategy.refresh(jwt, refreshToken);
 * 	} catch (error) {
 * 		if (error instanceof SessionEnded) return undefined; // the person has to log in again
 * 		throw error; // `RefreshFailed`: it may work later
 * 	}
 * }
 * ```
 */
export function createRefreshStrategy(
	choice: RefreshChoice,
	client: Client,
	fetch: typeof globalThis.fetch = globalThis.fetch,
): RefreshStrategy {
	const fetchJwt = jwtSource(choice, client, fetch);
	return {
		storesRefreshToken: choice.endpoint === REFRESH_ENDPOINT.api,
		async refresh(oldJwt, refreshToken) {
			try {
				// An own endpoint or function that never answers would make every later call wait for it.
				const fetching = (): Promise<string> => fetchJwt(oldJwt, refreshToken);
				const jwt = await withDeadline(
					fetching,
					client.timeout,
					() => new RefreshFailed("The refresh did not answer in time"),
				);
				checkSuccessor(oldJwt, jwt);
				return jwt;
			} catch (cause) {
				throw refreshError(cause);
			}
		},
	};
}

type JwtSource = (oldJwt: string, refreshToken: string) => Promise<string>;

function jwtSource(choice: RefreshChoice, client: Client, fetch: typeof globalThis.fetch): JwtSource {
	switch (choice.endpoint) {
		case REFRESH_ENDPOINT.api:
			return async (jwt, refresh_token) =>
				(await client.call(sessionRoutes.refresh, { jwt, body: { refresh_token } })).jwt;
		case REFRESH_ENDPOINT.cookie:
			return (jwt) => askOwnEndpoint(choice.url, jwt, fetch);
		case REFRESH_ENDPOINT.cookie_fn:
			return choice.refresh;
	}
}

async function askOwnEndpoint(url: string, jwt: string, fetch: typeof globalThis.fetch): Promise<string> {
	const response = await fetch(url, { credentials: "include", headers: { Authorization: `Bearer ${jwt}` } });
	if (!response.ok) throw new RefreshFailed(`The refresh endpoint answered with HTTP status ${response.status}`);
	return (await response.text()).trim();
}

/** An own endpoint or function may answer anything: only a JWT of the same user and device is taken. */
function checkSuccessor(oldJwt: string, jwt: unknown): void {
	if (typeof jwt !== "string" || !isCompactJws(jwt)) throw new RefreshFailed("The refresh did not answer a JWT");
	const before = decodeJwt(oldJwt);
	const after = decodeJwt(jwt);
	if (before.aud !== after.aud || before.sub !== after.sub) {
		throw new RefreshFailed("The refresh answered the JWT of another user or device");
	}
}

/** The API's refusals after which no refresh can succeed: the person has to log in again. */
const FINAL_REFUSALS: readonly number[] = [
	SERVER_ERRORS.JWT_INVALID.code,
	SERVER_ERRORS.JWT_MALFORMED.code,
	SERVER_ERRORS.JWT_KEY_UNKNOWN.code,
	SERVER_ERRORS.USER_NOT_FOUND.code,
	SERVER_ERRORS.REFRESH_TOKEN_UNKNOWN.code,
];

/** Does this refusal of a refresh end the session? Every other one may pass. */
export function endsSession(error: ApiError): boolean {
	return FINAL_REFUSALS.includes(error.serverCode);
}

function refreshError(cause: unknown): SentcError {
	if (cause instanceof RefreshFailed) return cause;
	if (cause instanceof ApiError && endsSession(cause)) return new SessionEnded(cause.errorMessage, { cause });
	const text = cause instanceof SentcError ? cause.errorMessage : "The JWT could not be refreshed";
	return new RefreshFailed(text, { cause });
}
