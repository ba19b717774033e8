import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import { APP_TOKEN_HEADER } from "../contract/headers.js";
import {
	type BodyOf,
	type ByteSource,
	type BytesBody,
	type EnvelopeResult,
	type Params,
	type ResultOf,
	type Route,
	routePath,
	routeUrlBelow,
} from "../contract/route.js";
import { readEnvelope, throwRefusal } from "../envelope.js";
import { createHttp, headersOf, type RequestContext } from "./http.js";

/** Where the API is and how to reach it. */
export interface ClientOptions {
	/** Origin of the API, for example `https://api.example.com`; trailing slashes are dropped. */
	baseUrl: string;
	/** Public token in a client, secret token in an own backend; base64. */
	appToken: string;
	/** How long a request may take in all, with its repetitions and the body of its answer, ms. Default 30 000. */
	timeout?: number | undefined;
	/** Another `fetch`, for example the handler of an embedded API. */
	fetch?: typeof globalThis.fetch | undefined;
}

type WithParams<R extends Route> = keyof Params<R> extends never ? { params?: undefined } : { params: Params<R> };
type WithBody<R extends Route, Body> = [BodyOf<R>] extends [never] ? { body?: undefined } : { body: Body };

/** The request of a route with its body: an object, or bytes. */
export type CallInput<R extends Route> = RequestContext & WithParams<R> & WithBody<R, BodyOf<R>>;
/** The request of a route with its body as a prepared string. */
export type ForwardInput<R extends Route> = RequestContext & WithParams<R> & WithBody<R, string>;
/** A route whose body, if any, and result are JSON. */
export type JsonRoute = Route & { body: Exclude<Route["body"], BytesBody>; result: EnvelopeResult };

/**
 * Sends requests to the API. It holds no state but its options.
 *
 * A request is repeated at most twice, and only where that can't do anything twice: after a lost connection, 429 or 503 when
 * the contract calls the route safe; after 429 with `Retry-After` always, since nothing was done yet. It waits as long as
 * `Retry-After` says if the deadline leaves room for that, and otherwise throws at once.
 */
export interface Client {
	readonly baseUrl: string;
	readonly appToken: string;
	/** How long a request may take in all, ms. */
	readonly timeout: number;
	/**
	 * Sends a request and reads its answer. Of a result of bytes it reads nothing: the stream is the caller's, who reads it to
	 * the end or cancels it; the deadline goes on until then, and the stream fails with a `RequestError`. Read it by a reader:
	 * what browsers make of it in a `Response` fails with an error of their own.
	 *
	 * A body that is a stream needs a browser that can send one, which today is Chromium alone, and there only over HTTP/2: over
	 * HTTP/1.1 it fails as `REQUEST_FAILED`.
	 *
	 * @throws InvalidInput when a parameter can't stand in a path, or the JWT or the group in a header; `body` when it is a stream
	 * and the runtime can't send streams
	 * @throws ApiError when the API refuses
	 * @throws EnvelopeError when the answer is not the API's
	 * @throws RequestError when no answer comes
	 */
	call<R extends Route>(route: R, input: CallInput<R>): Promise<ResultOf<R>>;
	/**
	 * Sends a prepared body as it is and answers the API's text as it is: what an own backend does between *prepare* and *done*.
	 *
	 * @throws InvalidInput when a parameter can't stand in a path, or the JWT or the group in a header
	 * @throws RequestError when no answer comes
	 */
	forward<R extends JsonRoute>(route: R, input: ForwardInput<R>): Promise<string>;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Makes a client.
 *
 * @throws InvalidInput naming `base_url` or `app_token`
 * @example
 * ```ts
 * import { createClient } from "@sentc-ts/transport";
 * import { userRoutes } from "@sentc-ts/transport/contract";
 *
 * const appToken = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";
 * const client = createClient({ baseUrl: "http://127.0.0.1:3002", appToken });
 * const { available } = await client.call(userRoutes.exists, { body: { user_identifier: "ada" } });
 * ```
 */
export function createClient(options: ClientOptions): Client {
	const baseUrl = parseBaseUrl(options.baseUrl);
	const appToken = parseAppToken(options.appToken);
	const timeout = options.timeout ?? DEFAULT_TIMEOUT_MS;
	const http = createHttp({ headers: { [APP_TOKEN_HEADER]: appToken }, fetch: options.fetch });

	const send = <R extends Route>(
		route: R,
		input: CallInput<R> | ForwardInput<R>,
		body: string | ByteSource | undefined,
	) => {
		const params = (input.params ?? {}) as Params<R>;
		const { prefixUrl } = input;
		const url = prefixUrl === undefined ? baseUrl + routePath(route, params) : routeUrlBelow(prefixUrl, route, params);
		return http({
			url,
			server: prefixUrl ?? baseUrl,
			method: route.method,
			safe: route.safe,
			headers: headersOf(input),
			body,
			timeout: input.timeout ?? timeout,
			signal: input.signal,
		});
	};

	return {
		baseUrl,
		appToken,
		timeout,
		async forward(route, input) {
			return (await send(route, input, input.body)).text();
		},
		async call<R extends Route>(route: R, input: CallInput<R>): Promise<ResultOf<R>> {
			const body = route.body.kind === "json" ? JSON.stringify(input.body) : (input.body as ByteSource | undefined);
			const answer = await send(route, input, body);
			if (route.result.kind === "envelope") {
				return readEnvelope(await answer.text(), route.result, answer.head) as ResultOf<R>;
			}
			if (answer.head.httpStatus < 400) return answer.bytes() as ResultOf<R>;
			return throwRefusal(await answer.text(), answer.head);
		},
	};
}

/** @throws InvalidInput when it is not an absolute http(s) URL without query and fragment */
function parseBaseUrl(baseUrl: string): string {
	const url = typeof baseUrl === "string" && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
	if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
		throw new InvalidInput("base_url", 'must be an absolute http(s) URL such as "https://api.example.com"');
	}
	if (/\/api\/v1\/*$/.test(url.pathname)) throw new InvalidInput("base_url", "must be the address without /api/v1");
	return baseUrl.replace(/\/+$/, "");
}

function parseAppToken(appToken: string): string {
	if (typeof appToken !== "string" || !/^[A-Za-z0-9+/]+={0,2}$/.test(appToken)) {
		throw new InvalidInput("app_token", "must be the base64 text of an app token");
	}
	return appToken;
}
