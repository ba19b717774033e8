import { SentcError } from "@sentc-ts/core-crypto/wire";
import type { Client } from "../client/client.js";
import { SERVER_ERRORS } from "../contract/error-codes.js";
import { sessionRoutes } from "../contract/session.js";
import { withDeadline } from "../deadline.js";
import { ApiError, RefreshFailed, SessionEnded } from "../errors.js";
import { decodeJwt, isCompactJws } from "../jwt.js";
import { type HandOver, REFRESH_ENDPOINT, type RefreshChoice } from "./options.js";

/** What a refresh gives. */
export interface RefreshedTokens {
	jwt: string;
	/** To be used from now on; missing when the one that was used stays. */
	refresh_token?: string | undefined;
}

/**
 * @param oldJwt the JWT to replace, possibly expired
 * @param refreshToken only looked at by the `api` strategy
 * @param rotate `true` = the caller takes a new refresh token, too: the old one ends 30 s later, at an API that knows of this
 * @throws SessionEnded when the API refuses for good
 * @throws RefreshFailed when no usable JWT came; the session may still be alive
 */
export type Refresh = (oldJwt: string, refreshToken: string, rotate?: boolean) => Promise<RefreshedTokens>;

/** Gets a new JWT for an old one, whoever does it. */
export interface RefreshStrategy {
	/** `false` = the refresh token lives in the developer's cookie or function and must not be stored by the client. */
	readonly storesRefreshToken: boolean;
	/** Takes the refresh token of a new session, where the developer keeps it and said how. */
	readonly handOver?: HandOver;
	readonly refresh: Refresh;
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
 * 		return (await strategy.refresh(jwt, refreshToken)).jwt;
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
	const isApi = choice.endpoint === REFRESH_ENDPOINT.api;
	return {
		storesRefreshToken: isApi,
		...(!isApi && choice.handOver && { handOver: choice.handOver }),
		refresh: checkedRefresh(tokenSource(choice, client, fetch), {
			timeout: client.timeout,
			repeats: choice.endpoint !== REFRESH_ENDPOINT.cookie_fn,
		}),
	};
}

/**
 * How long a refresh waits for its answer before it asks once more, ms: a refresh token that was replaced counts for 30 s, and whoever
 * came back with it after an answer that never arrives would have to log in again.
 */
const REPEAT_AFTER_MS = 10_000;

interface Waiting {
	/** ms */
	readonly timeout: number;
	/** May the tokens be asked for a second time while the answer to the first request may still come? */
	readonly repeats: boolean;
}

/**
 * The same with a deadline, a repetition, answers that are checked and errors that say whether the session is alive.
 *
 * @param fetchTokens gets tokens in any way
 */
export function checkedRefresh(fetchTokens: Refresh, { timeout, repeats }: Waiting): Refresh {
	return async (oldJwt, refreshToken, rotate) => {
		const fetchOnce = (): Promise<RefreshedTokens> => fetchTokens(oldJwt, refreshToken, rotate);
		const fetchTwice = (): Promise<RefreshedTokens> => repeated(fetchOnce, Math.min(REPEAT_AFTER_MS, timeout / 3));
		const fetching = repeats ? fetchTwice : fetchOnce;
		try {
			// An own endpoint or function that never answers would make every later call wait for it.
			const overdue = (): Error => new RefreshFailed("The refresh did not answer in time");
			const tokens = await withDeadline(fetching, timeout, overdue);
			checkSuccessor(oldJwt, tokens.jwt);
			return tokens;
		} catch (cause) {
			throw refreshError(cause);
		}
	};
}

/** The first answer: a second call follows when there is none after that time, ms. */
function repeated<T>(call: () => Promise<T>, after: number): Promise<T> {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const first = call();
	const second = new Promise<T>((resolve) => {
		timer = setTimeout(() => resolve(call()), after);
	});
	return Promise.race([first, second]).finally(() => clearTimeout(timer));
}

function tokenSource(choice: RefreshChoice, client: Client, fetch: typeof globalThis.fetch): Refresh {
	switch (choice.endpoint) {
		case REFRESH_ENDPOINT.api:
			return async (jwt, refresh_token, rotate = false) => {
				const body = { refresh_token, ...(rotate && { rotate }) };
				const answer = await client.call(sessionRoutes.refresh, { jwt, body });
				return tokensOf(answer);
			};
		case REFRESH_ENDPOINT.cookie:
			return async (jwt) => ({ jwt: await askOwnEndpoint(choice.url, jwt, fetch) });
		case REFRESH_ENDPOINT.cookie_fn:
			return async (jwt) => ({ jwt: await choice.refresh(jwt) });
	}
}

/** Of an answer that has more than tokens. */
export function tokensOf({ jwt, refresh_token }: RefreshedTokens): RefreshedTokens {
	return { jwt, ...(refresh_token !== undefined && { refresh_token }) };
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
