/** Stands between SDK and API: sees each request, and decides what is sent and answered. */
export type Through = (request: Request, send: () => Promise<Response>) => Promise<Response>;

/** Which requests, by their {@link routeOf}: how it begins, or a pattern. */
export type Route = string | RegExp;

/** Lets everything through as it is. */
export const untouched: Through = (_, send) => send();

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

export function isOn(route: Route, request: Request): boolean {
	return typeof route === "string" ? routeOf(request).startsWith(route) : route.test(routeOf(request));
}

/** Changes the results that the API answers on a route. Where it refuses, the result to be changed is empty. */
export function changing<T = Record<string, unknown>>(route: Route, change: (result: T) => unknown): Through {
	return async (request, send) => {
		const response = await send();
		if (!isOn(route, request)) return response;
		const { result = {} } = await response.json();
		return Response.json({ status: true, result: change(result) });
	};
}

/** Answers on a route instead of the API. */
export function answering(route: Route, answer: () => Response | Promise<Response>): Through {
	return async (request, send) => (isOn(route, request) ? answer() : send());
}

/** Lets the API act, and then loses its answer. */
export function losing(route: Route): Through {
	return async (request, send) => {
		const response = await send();
		if (isOn(route, request)) throw new TypeError("The connection broke");
		return response;
	};
}

/** What the API answers to an unknown path: the reference, to routes that only this API has. */
export function notFound(): Response {
	return Response.json({ status: false, err_msg: "not found", err_code: 404 }, { status: 404 });
}

/** The way to an honest API, on which a test can change what is sent and answered at any time. */
export interface Tampered {
	readonly fetch: typeof globalThis.fetch;
	/** {@link routeOf} every request, in order. */
	readonly requests: string[];
	/** Stands between SDK and API from now on, in the place of what stood there. */
	through(between: Through): void;
	/** Changes answers on a route from now on; a later lie about the same route counts alone. */
	lie(route: Route, change: (result: Record<string, unknown>) => unknown): void;
	beHonest(): void;
}

export function tamper(next?: typeof fetch): Tampered {
	const requests: string[] = [];
	const betweens = new Map<string, Through>();
	return {
		requests,
		through: (between) => betweens.set("", between),
		lie: (route, change) => betweens.set(String(route), changing(route, change)),
		beHonest: () => betweens.clear(),
		fetch: fetchThrough((request, send) => {
			requests.push(routeOf(request));
			return [...betweens.values()].reduce<() => Promise<Response>>(
				(next, between) => () => between(request, next),
				send,
			)();
		}, next),
	};
}
