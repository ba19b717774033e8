import { RequestError } from "@sentc-ts/transport";
import { APP_TOKEN_HEADER, GROUP_ACCESS_HEADER } from "@sentc-ts/transport/contract";

/** The methods of the API. */
export const HttpMethod = { GET: "GET", POST: "POST", PUT: "PUT", PATCH: "PATCH", DELETE: "DELETE" } as const;
export type HttpMethod = (typeof HttpMethod)[keyof typeof HttpMethod];

const TIMEOUT_MS = 30_000;

/**
 * A request to the API for which the SDK has no function.
 *
 * @param url the whole one, with `/api/v1`
 * @param auth_token public token of the app
 * @param body JSON text
 * @param jwt from `user.getJwt`
 * @param group_as_member id of the group through which the user reaches the group of the request
 * @returns the answer as text, also a refusal: read it by `handle_server_response`
 * @throws RequestError `client_1000` when no answer comes within 30 s, `client_1002` when it breaks off
 */
export async function make_req(
	method: HttpMethod,
	url: string,
	auth_token: string,
	body?: string | null,
	jwt?: string | null,
	group_as_member?: string | null,
): Promise<string> {
	const headers = {
		[APP_TOKEN_HEADER]: auth_token,
		"Content-Type": "application/json",
		...(jwt && { Authorization: `Bearer ${jwt}` }),
		...(group_as_member && { [GROUP_ACCESS_HEADER]: group_as_member }),
	};
	const signal = AbortSignal.timeout(TIMEOUT_MS);
	// The API never redirects, and `fetch` would carry the app token to wherever a redirect leads.
	const options: RequestInit = { method, headers, signal, redirect: "error", ...(body && { body }) };
	const response = await fetch(url, options).catch((cause: unknown) => {
		throw new RequestError("REQUEST_FAILED", `Can't send the request to ${originOf(url)}`, { cause });
	});
	return response.text().catch((cause: unknown) => {
		throw new RequestError("RESPONSE_UNREADABLE", `The answer of ${originOf(url)} broke off`, { cause });
	});
}

/** The path may name people. */
function originOf(url: string): string {
	return URL.canParse(url) ? new URL(url).origin : "no URL";
}
