import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import { ApiError, endsSession, readLimited } from "@sentc-ts/transport";
import { type RefreshResult, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { parse, serialize } from "hono/utils/cookie";
import type { Backend } from "./backend.js";
import type { Handler } from "./handler.js";
import { bearerOf, type JwtVerifyKeys, verifyJwt } from "./jwt.js";

export interface RefreshCookieOptions {
	backend: Backend;
	/** The app's JWT verify key, or several by key id. */
	verify_key: JwtVerifyKeys;
	/** Origins whose pages may use the cookie, for example `["https://app.example.com"]`. */
	allowed_origins: readonly string[];
	/** How long the browser keeps the cookie after its last change, seconds, at most 400 days. Default 30 days. */
	max_age?: number | undefined;
	/** Development only: a cookie without `Secure`, for requests to a loopback host over plain HTTP. */
	insecure_loopback?: boolean | undefined;
}

/** The three endpoints that keep the refresh token in an http-only cookie (protocol/sdk-api §2.1, strategy `cookie`). */
export interface RefreshCookie {
	/**
	 * POST, once after a login, and for `on_new_refresh_token`: takes the refresh token (`{"refresh_token":"…"}`, the JWT as
	 * bearer) over into the cookie. The token is proved by one refresh at the API first: an attacker can't plant the token of
	 * another account. That refresh exchanges it: the one that scripts of the page saw is of no use 30 s later.
	 */
	takeOver: Handler;
	/**
	 * GET, called by the SDK (`endpoint_url`) with the old JWT as bearer: answers the bare new JWT as text, and sets the cookie
	 * to a new refresh token.
	 */
	refresh: Handler;
	/**
	 * POST, at logout, with the JWT as bearer (possibly expired): ends the session at the API. The cookie is dropped in any
	 * case; the status tells whether the session has ended, too: 204 yes, 200 with a sentence the API can't end sessions (the
	 * refresh token lives on there, in nobody's hands), 400 the JWT is missing, 502 the API did not say so.
	 */
	logOut: Handler;
}

/**
 * Makes the refresh-cookie endpoints for an own backend. Each answers its own CORS preflight.
 *
 * @throws InvalidInput naming `allowed_origins`, or `max_age` when it is no time, or longer than browsers keep a cookie
 * @example
 * ```ts
 * import { createBackend, createRefreshCookie } from "@sentc-ts/server-helpers";
 *
 * const backend = createBackend({ base_url: "https://api.example.com", secret_token: "<your secret token>" });
 * const cookie = createRefreshCookie({
 * 	backend,
 * 	verify_key: "<your JWT verify key>",
 * 	allowed_origins: ["https://app.example.com"],
 * });
 *
 * // Of any server that speaks `Request` and `Response`:
 * export function answer(request: Request): Promise<Response> | undefined {
 * 	switch (new URL(request.url).pathname) {
 * 		case "/session":
 * 			return cookie.takeOver(request);
 * 		case "/refresh":
 * 			return cookie.refresh(request);
 * 		case "/logout":
 * 			return cookie.logOut(request);
 * 		default:
 * 			return undefined;
 * 	}
 * }
 * ```
 */
export function createRefreshCookie(options: RefreshCookieOptions): RefreshCookie {
	const origins = new Set(options.allowed_origins);
	if (origins.size === 0 || origins.has("*")) {
		throw new InvalidInput("allowed_origins", "must name each origin whose pages may use the cookie");
	}
	const { max_age = DEFAULT_MAX_AGE } = options;
	if (!Number.isInteger(max_age) || max_age < 1 || max_age > LONGEST_MAX_AGE) {
		throw new InvalidInput("max_age", "must be a whole number of seconds, at most 400 days");
	}
	const guard = (method: string, run: Handler): Handler => guarded(method, origins, run);
	return {
		takeOver: guard("POST", (request) => takeOver(request, options)),
		refresh: guard("GET", (request) => refresh(request, options)),
		logOut: guard("POST", (request) => logOut(request, options)),
	};
}

async function takeOver(request: Request, options: RefreshCookieOptions): Promise<Response> {
	const jwt = bearerOf(request);
	if (jwt === undefined) return answer(400, "The JWT is missing");
	const owner = await verifyJwt(jwt, options.verify_key).catch(() => undefined);
	if (!owner) return answer(401, "The JWT is not valid");
	const token = await refreshTokenOf(request);
	if (token === undefined) return answer(400, "The refresh token is missing");
	const proof = await refreshAtApi(options.backend, jwt, token);
	if (proof instanceof Response) return proof;
	if (proof.user_id !== owner.user_id || proof.device_id !== owner.device_id) {
		return answer(401, "The refresh token belongs to another session");
	}
	return answer(204, null, storing(request, options, proof.refresh_token ?? token));
}

async function refresh(request: Request, options: RefreshCookieOptions): Promise<Response> {
	const jwt = bearerOf(request);
	if (jwt === undefined) return answer(400, "The old JWT is missing");
	const token = cookieOf(request, cookieName(request, options));
	if (!token) return answer(401, "There is no session");
	const result = await refreshAtApi(options.backend, jwt, token);
	if (result instanceof Response) return result;
	// At an API that knows no new ones the cookie stays: a log out meanwhile may have dropped it.
	const { jwt: newJwt, refresh_token } = result;
	return answer(200, newJwt, refresh_token === undefined ? {} : storing(request, options, refresh_token));
}

/** The header that puts a refresh token into the cookie. */
function storing(request: Request, options: RefreshCookieOptions, token: string): Record<string, string> {
	return { "Set-Cookie": cookie(request, options, token, options.max_age ?? DEFAULT_MAX_AGE) };
}

/** The API's result, or the answer to give when there is none. */
async function refreshAtApi(backend: Backend, jwt: string, token: string): Promise<RefreshResult | Response> {
	try {
		return await backend.refresh(jwt, token, true);
	} catch (error) {
		if (error instanceof ApiError && endsSession(error)) return answer(401, "The session has ended");
		return answer(502, "The API could not refresh the JWT");
	}
}

async function logOut(request: Request, options: RefreshCookieOptions): Promise<Response> {
	const response = await endSessionAtApi(request, options);
	response.headers.append("Set-Cookie", cookie(request, options, "", 0));
	return response;
}

async function endSessionAtApi(request: Request, options: RefreshCookieOptions): Promise<Response> {
	const token = cookieOf(request, cookieName(request, options));
	if (!token) return answer(204, null);
	const jwt = bearerOf(request);
	if (jwt === undefined) return answer(400, "The JWT is missing");
	try {
		const ended = await options.backend.endSession(jwt, token);
		return ended ? answer(204, null) : answer(200, "The API can't end sessions: the refresh token lives on");
	} catch (error) {
		const isGone = error instanceof ApiError && error.serverCode === SERVER_ERRORS.USER_NOT_FOUND.code;
		return isGone ? answer(204, null) : answer(502, "The API did not end the session");
	}
}

const DAY = 24 * 60 * 60;
const DEFAULT_MAX_AGE = 30 * DAY;
/** Browsers keep no cookie for longer (RFC 6265bis §5.5). */
const LONGEST_MAX_AGE = 400 * DAY;

/** Checks method and origin before anything else happens, and adds the CORS headers a page with credentials needs. */
function guarded(method: string, origins: ReadonlySet<string>, run: Handler): Handler {
	return async (request) => {
		const origin = request.headers.get("Origin");
		if (!comesFromAllowedPage(request, origin, origins)) return answer(403, "This origin is not allowed");
		const response = await respond(request, method, run);
		response.headers.append("Vary", "Origin");
		if (origin !== null) {
			response.headers.set("Access-Control-Allow-Origin", origin);
			response.headers.set("Access-Control-Allow-Credentials", "true");
		}
		return response;
	};
}

async function respond(request: Request, method: string, run: Handler): Promise<Response> {
	if (request.method === "OPTIONS") {
		return answer(204, null, {
			"Access-Control-Allow-Methods": method,
			"Access-Control-Allow-Headers": "Authorization, Content-Type",
		});
	}
	return request.method === method ? run(request) : answer(405, `Only ${method} is answered here`);
}

/**
 * Browsers send `Origin` with every request but same-origin GETs; for those `Sec-Fetch-Site` tells whether the page is ours.
 */
function comesFromAllowedPage(request: Request, origin: string | null, origins: ReadonlySet<string>): boolean {
	if (origin !== null) return origins.has(origin);
	if (request.method !== "GET") return false;
	const site = request.headers.get("Sec-Fetch-Site");
	return site === null || site === "same-origin" || site === "same-site";
}

function answer(status: number, body: string | null, headers: Record<string, string> = {}): Response {
	return new Response(body, {
		status,
		headers: { "Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8", ...headers },
	});
}

/** What the API issues: 67 characters of base64url; the bound keeps anything else out of the cookie. */
const REFRESH_TOKEN = /^[\w-]{1,256}$/;

async function refreshTokenOf(request: Request): Promise<string | undefined> {
	const body = await readJson(request);
	if (typeof body !== "object" || body === null || !("refresh_token" in body)) return undefined;
	const { refresh_token } = body;
	return typeof refresh_token === "string" && REFRESH_TOKEN.test(refresh_token) ? refresh_token : undefined;
}

const MAX_BODY_BYTES = 4096;

/** `undefined` for what is no JSON, or too long to hold only a refresh token. */
async function readJson(request: Request): Promise<unknown> {
	try {
		const body = await readLimited(request, MAX_BODY_BYTES, () => new Error("The body is too long"));
		return JSON.parse(new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

function isInsecureLoopback(request: Request, options: RefreshCookieOptions): boolean {
	const { hostname, protocol } = new URL(request.url);
	return options.insecure_loopback === true && protocol === "http:" && LOOPBACK.test(hostname);
}

/** `__Host-` binds the cookie to exactly this host over TLS (RFC 6265bis §4.1.3.2). */
function cookieName(request: Request, options: RefreshCookieOptions): string {
	return isInsecureLoopback(request, options) ? "sentc-refresh" : "__Host-sentc-refresh";
}

function cookie(request: Request, options: RefreshCookieOptions, value: string, maxAge: number): string {
	const secure = !isInsecureLoopback(request, options);
	const attributes = { path: "/", maxAge, secure, httpOnly: true, sameSite: "Strict" } as const;
	return serialize(cookieName(request, options), value, attributes);
}

function cookieOf(request: Request, name: string): string | undefined {
	return parse(request.headers.get("Cookie") ?? "", name)[name];
}
