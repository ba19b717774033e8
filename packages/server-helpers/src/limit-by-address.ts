import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import { AddressBuckets, parseAddress } from "@sentc-ts/transport/limits";

/** The budget of one address. */
export interface AddressLimitOptions {
	/** Most requests that one address may send at once. */
	burst: number;
	/** How many of them come back each second. */
	per_second: number;
	/** The clock, ms. Default `Date.now`. */
	now?: (() => number) | undefined;
}

/**
 * Refuses a request that is one too many.
 *
 * @param address IP address of the client: that of the socket or, behind a proxy of yours, what the proxy says. Who has none
 *   that is an IP address shares the budget of all such.
 * @returns status 429 with `Retry-After` (s) and `{"error":"…"}`; `undefined` = go on
 */
export type AddressLimit = (address: string | undefined) => Response | undefined;

/**
 * Makes a limit for endpoints of an own backend that anybody may call. It counts in the memory of this process. One client is an IPv4
 * address or an IPv6 network of 64 bits; an IPv6 /56 has twice its budget, a /48 and an IPv4 network of 24 bits eight times.
 *
 * @throws InvalidInput naming `burst` or `per_second`
 * @example
 * ```ts
 * import { createBackend, limitByAddress } from "@sentc-ts/server-helpers";
 *
 * const backend = createBackend({ base_url: "https://api.example.com", secret_token: "<your secret token>" });
 * const limit = limitByAddress({ burst: 60, per_second: 0.5 });
 *
 * export async function register(input: string, address: string): Promise<Response> {
 * 	return limit(address) ?? new Response(await backend.forClient(address).register(input));
 * }
 * ```
 */
export function limitByAddress({ burst, per_second, now = Date.now }: AddressLimitOptions): AddressLimit {
	if (!(burst >= 1)) throw new InvalidInput("burst", "must be a number, at least 1");
	if (!(per_second > 0)) throw new InvalidInput("per_second", "must be a positive number");
	const buckets = new AddressBuckets({ burst, perSecond: per_second }, now);
	return (address) => {
		const seconds = buckets.take(parseAddress(address ?? "") ?? NOWHERE);
		return seconds > 0 ? refusal(seconds) : undefined;
	};
}

const NOWHERE = { networks: [{ key: "nowhere", share: 1 }] } as const;

function refusal(seconds: number): Response {
	return new Response(JSON.stringify({ error: "Too many requests: try again later." }), {
		status: 429,
		headers: { "Content-Type": "application/json", "Retry-After": `${seconds}` },
	});
}
