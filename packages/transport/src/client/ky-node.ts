import type ky from "ky";
import type { isHTTPError } from "ky";

/** What is used of ky. */
export interface Ky {
	readonly ky: typeof ky;
	readonly isHTTPError: typeof isHTTPError;
}

/** Not before the first request: ky asks what a `Request` can do, for which Node loads all that `fetch` needs. */
export async function loadKy(): Promise<Ky> {
	const { default: ky, isHTTPError } = await import("ky");
	return { ky, isHTTPError };
}
