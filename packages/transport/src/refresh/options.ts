import { InvalidInput } from "@sentc-ts/core-crypto/wire";

/** Who refreshes the JWT: the developer's endpoint with a cookie, the developer's function, or the API (protocol/sdk-api §2.1). */
export const REFRESH_ENDPOINT = { cookie: 0, cookie_fn: 1, api: 2 } as const;

/** The `refresh` option of `init`. */
export interface RefreshOptions {
	/** A value of {@link REFRESH_ENDPOINT}. */
	endpoint: number;
	/** Only with `cookie`: the developer's endpoint; it answers the bare JWT as text. */
	endpoint_url?: string | undefined;
	/** Only with `cookie_fn`: gets the old JWT, resolves to the new one. */
	endpoint_fn?: ((old_jwt: string) => Promise<string>) | undefined;
	/**
	 * Only with `cookie` and `cookie_fn`: takes the refresh token of the session that a changed or reset password starts, as after
	 * a login, with a JWT of that session. A function that rejects stops a change of the password.
	 */
	on_new_refresh_token?: HandOver | undefined;
}

/** Hands a refresh token to where the developer keeps it. */
export type HandOver = (refresh_token: string, jwt: string) => Promise<void> | void;

/** The same choice, checked and without the members that don't belong to it. */
export type RefreshChoice =
	| { endpoint: typeof REFRESH_ENDPOINT.api }
	| { endpoint: typeof REFRESH_ENDPOINT.cookie; url: string; handOver?: HandOver }
	| { endpoint: typeof REFRESH_ENDPOINT.cookie_fn; refresh: (oldJwt: string) => Promise<string>; handOver?: HandOver };

/**
 * Checks the `refresh` option of `init`; absent = the strategy `api`.
 *
 * @throws InvalidInput naming the member of `refresh` that is missing or doesn't belong to the endpoint, and the fix
 */
export function parseRefreshOptions(options: RefreshOptions | undefined): RefreshChoice {
	if (options === undefined) return { endpoint: REFRESH_ENDPOINT.api };
	const { endpoint, endpoint_fn, endpoint_url } = options;
	switch (endpoint) {
		case REFRESH_ENDPOINT.api:
			return { endpoint: REFRESH_ENDPOINT.api };
		case REFRESH_ENDPOINT.cookie:
			if (typeof endpoint_url !== "string" || endpoint_url === "") {
				throw new InvalidInput("refresh.endpoint_url", "is needed with endpoint 0 (REFRESH_ENDPOINT.cookie)");
			}
			return { endpoint: REFRESH_ENDPOINT.cookie, url: endpoint_url, ...handOverOf(options) };
		case REFRESH_ENDPOINT.cookie_fn:
			if (typeof endpoint_fn !== "function") {
				const fix = endpoint_url === undefined ? "" : "; for an endpoint_url use endpoint 0 (REFRESH_ENDPOINT.cookie)";
				throw new InvalidInput(
					"refresh.endpoint_fn",
					`must be a function with endpoint 1 (REFRESH_ENDPOINT.cookie_fn)${fix}`,
				);
			}
			return { endpoint: REFRESH_ENDPOINT.cookie_fn, refresh: endpoint_fn, ...handOverOf(options) };
		default:
			throw new InvalidInput("refresh.endpoint", "must be 0 (cookie), 1 (cookie_fn) or 2 (api)");
	}
}

function handOverOf({ on_new_refresh_token: handOver }: RefreshOptions): { handOver?: HandOver } {
	if (handOver === undefined) return {};
	if (typeof handOver !== "function") throw new InvalidInput("refresh.on_new_refresh_token", "must be a function");
	return { handOver };
}
