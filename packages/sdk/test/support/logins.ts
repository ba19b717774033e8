import { gate } from "@sentc-ts/test-world";
import type { SessionTokens } from "../../src/session/jwt.js";
import { fetchThrough, type Through } from "./between.js";

/** Remembers the tokens of every login that goes through. */
export function recordLogins(): { fetch: typeof fetch; logins: SessionTokens[] } {
	const logins: SessionTokens[] = [];
	const record: Through = async (request, send) => {
		const response = await send();
		if (request.url.endsWith("/verify_login")) {
			const { result } = (await response.clone().json()) as { result: SessionTokens };
			logins.push({ jwt: result.jwt, refresh_token: result.refresh_token });
		}
		return response;
	};
	return { fetch: fetchThrough(record), logins };
}

/** {@link recordLogins}, and from `hold` on the last answer to a login waits until `open`. */
export function holdLogins(): ReturnType<typeof recordLogins> & ReturnType<typeof gate> & { hold: () => void } {
	const { fetch, logins } = recordLogins();
	const waiting = gate();
	let holding = false;
	const held = fetchThrough(async (request, send) => {
		const response = await send();
		if (holding && request.url.endsWith("/verify_login")) await waiting.pass();
		return response;
	}, fetch);
	return {
		...waiting,
		logins,
		fetch: held,
		hold: () => {
			holding = true;
		},
	};
}
