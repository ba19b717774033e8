import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import ky, { type KyInstance, TimeoutError } from "ky";
import { APP_TOKEN_HEADER, GROUP_ACCESS_HEADER } from "../contract/headers.js";
import { type AnyRoute, type BodyOf, type Params, type ResultOf, routePath } from "../contract/route.js";
import { readEnvelope } from "../envelope.js";
import { RequestError } from "../errors.js";

/** Where the API is and how to reach it. */
export interface ClientOptions {
	/** Origin of the API, for example `https://api.example.com`; trailing slashes are dropped. */
	baseUrl: string;
	/** Public token in a client, secret token in an own backend; base64. */
	appToken: string;
	/** How long one request may take, ms. */
	timeout?: number | undefined;
	/** Another `fetch`, for example the handler of an embedded API. */
	fetch?: typeof globalThis.fetch | undefined;
}

/** What goes with one request besides the route. */
export interface RequestContext {
	/** Needed by routes whose `jwt` is not `none`. */
	jwt?: string | undefined;
	/** Id of the group through which the caller reaches the group of the route. */
	groupAccessId?: string | undefined;
	signal?: AbortSignal | undefined;
}

type WithParams<R extends AnyRoute> = keyof Params<R> extends never ? { params?: undefined } : { params: Params<R> };
type WithBody<R extends AnyRoute, Body> = [BodyOf<R>] extends [never] ? { body?: undefined } : { body: Body };

/** The request of a route with its body as an object. */
export type CallInput<R extends AnyRoute> = RequestContext & WithParams<R> & WithBody<R, BodyOf<R>>;
/** The request of a route with its body as a prepared string. */
export type ForwardInput<R extends AnyRoute> = RequestContext & WithParams<R> & WithBody<R, string>;

/** Sends requests to the API. It holds no state but its options. */
export interface Client {
	readonly baseUrl: string;
	readonly appToken: string;
	/**
	 * Sends a request and reads its answer.
	 *
	 * @throws ApiError when the API refuses
	 * @throws EnvelopeError when the answer is not the API's
	 * @throws RequestError when no answer comes
	 */
	call<R extends AnyRoute>(route: R, input: CallInput<R>): Promise<ResultOf<R>>;
	/**
	 * Sends a prepared body as it is and answers the API's text as it is: what an own backend does between *prepare* and *done*.
	 *
	 * @throws RequestError when no answer comes
	 */
	forward<R extends AnyRoute>(route: R, input: ForwardInput<R>): Promise<string>;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** @throws InvalidInput naming `base_url` or `app_token` */
export function createClient(options: ClientOptions): Client {
	const baseUrl = parseBaseUrl(options.baseUrl);
	const appToken = parseAppToken(options.appToken);
	const http = ky.create({
		headers: { [APP_TOKEN_HEADER]: appToken, "Content-Type": "application/json" },
		timeout: options.timeout ?? DEFAULT_TIMEOUT_MS,
		// The envelope decides, not the HTTP status; and a repeated write would not be the same request.
		throwHttpErrors: false,
		retry: 0,
		// The API never redirects, and `fetch` would carry the app token to wherever a redirect leads.
		redirect: "error",
		...(options.fetch && { fetch: options.fetch }),
	});

	const forward = <R extends AnyRoute>(route: R, input: ForwardInput<R>): Promise<string> =>
		send(http, `${baseUrl}${routePath(route, (input.params ?? {}) as Params<R>)}`, route.method, input.body, input);

	return {
		baseUrl,
		appToken,
		forward,
		async call(route, input) {
			const body = input.body === undefined ? undefined : JSON.stringify(input.body);
			const text = await forward(route, { ...input, body } as ForwardInput<typeof route>);
			return readEnvelope(text, route.result);
		},
	};
}

async function send(
	http: KyInstance,
	url: string,
	method: string,
	body: string | undefined,
	context: RequestContext,
): Promise<string> {
	const headers: Record<string, string> = {};
	if (context.jwt !== undefined) headers["Authorization"] = `Bearer ${context.jwt}`;
	if (context.groupAccessId !== undefined) headers[GROUP_ACCESS_HEADER] = context.groupAccessId;
	let response: Response;
	try {
		response = await http(url, {
			method,
			headers,
			...(body !== undefined && { body }),
			...(context.signal && { signal: context.signal }),
		});
	} catch (cause) {
		throw requestError(cause);
	}
	try {
		return await response.text();
	} catch (cause) {
		throw new RequestError("RESPONSE_UNREADABLE", "The answer could not be read", { cause });
	}
}

function requestError(cause: unknown): RequestError {
	if (cause instanceof TimeoutError)
		return new RequestError("REQUEST_TIMEOUT", "The API did not answer in time", { cause });
	const aborted = cause instanceof Error && cause.name === "AbortError";
	if (aborted) return new RequestError("REQUEST_ABORTED", "The request was aborted", { cause });
	const text = cause instanceof Error ? cause.message : String(cause);
	return new RequestError("REQUEST_FAILED", `Can't send the request: ${text}`, { cause });
}

/** @throws InvalidInput when it is not an absolute http(s) URL without query and fragment */
function parseBaseUrl(baseUrl: string): string {
	const url = typeof baseUrl === "string" && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
	if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash) {
		throw new InvalidInput("base_url", 'must be an absolute http(s) URL such as "https://api.example.com"');
	}
	return baseUrl.replace(/\/+$/, "");
}

function parseAppToken(appToken: string): string {
	if (typeof appToken !== "string" || !/^[A-Za-z0-9+/]+={0,2}$/.test(appToken)) {
		throw new InvalidInput("app_token", "must be the base64 text of an app token");
	}
	return appToken;
}
