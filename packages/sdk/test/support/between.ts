import type { SessionTokens } from "../../src/account/session.js";

/** Stands between SDK and API: sees each request, and decides what is sent and answered. */
export type Through = (request: Request, send: () => Promise<Response>) => Promise<Response>;

export function fetchThrough(through: Through, next: typeof fetch = fetch): typeof fetch {
	return async (input, init) => {
		const request = new Request(input, init);
		return through(request, () => next(request));
	};
}

/** The path of a request below `/api/v1`, with the method: `GET /user/jwt`. */
export function routeOf(request: Request): string {
	return `${request.method} ${new URL(request.url).pathname.replace("/api/v1", "")}`;
}

/** The answer of the API with another result. */
export async function withResult(
	response: Response,
	change: (result: Record<string, unknown>) => unknown,
): Promise<Response> {
	const envelope = (await response.json()) as { result: Record<string, unknown> };
	return Response.json({ ...envelope, result: change(envelope.result) });
}

/** What the API answers to an unknown path: the reference, to routes that only this API has. */
export function notFound(): Response {
	return Response.json({ status: false, err_msg: "not found", err_code: 404 }, { status: 404 });
}

/** Remembers the tokens of every login that goes through. */
export function recordLogins(): { fetch: typeof fetch; logins: SessionTokens[] } {
	const logins: SessionTokens[] = [];
	const record = async (request: Request, send: () => Promise<Response>): Promise<Response> => {
		const response = await send();
		if (request.url.endsWith("/verify_login")) {
			const { result } = (await response.clone().json()) as { result: SessionTokens };
			logins.push({ jwt: result.jwt, refresh_token: result.refresh_token });
		}
		return response;
	};
	return { fetch: fetchThrough(record), logins };
}

/** Where something waits until it is let through. */
export function gate(): { reached: Promise<void>; open: () => void; pass: () => Promise<void> } {
	let open = (): void => {};
	let reach = (): void => {};
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	const reached = new Promise<void>((resolve) => {
		reach = resolve;
	});
	return {
		reached,
		open,
		pass: () => {
			reach();
			return opened;
		},
	};
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
