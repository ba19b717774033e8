import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import ky, { type KyInstance } from "ky";
import { APP_TOKEN_HEADER, GROUP_ACCESS_HEADER } from "../contract/headers.js";
import { type AnyRoute, type BodyOf, type Params, type ResultOf, routePath } from "../contract/route.js";
import { type AnswerHead, readEnvelope } from "../envelope.js";
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
	/** How long one request may take, ms. */
	readonly timeout: number;
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
	const timeout = options.timeout ?? DEFAULT_TIMEOUT_MS;
	const http = ky.create({
		headers: { [APP_TOKEN_HEADER]: appToken, "Content-Type": "application/json" },
		// The deadline of `send` also covers the body.
		timeout: false,
		// The envelope decides, not the HTTP status; and a repeated write would not be the same request.
		throwHttpErrors: false,
		retry: 0,
		// The API never redirects, and `fetch` would carry the app token to wherever a redirect leads.
		redirect: "error",
		...(options.fetch && { fetch: options.fetch }),
	});

	const exchange = <R extends AnyRoute>(route: R, input: ForwardInput<R>): Promise<Answer> => {
		const path = routePath(route, (input.params ?? {}) as Params<R>);
		return send(http, baseUrl, path, { method: route.method, body: input.body, timeout, ...input });
	};

	return {
		baseUrl,
		appToken,
		timeout,
		forward: async (route, input) => (await exchange(route, input)).text,
		async call(route, input) {
			const body = input.body === undefined ? undefined : JSON.stringify(input.body);
			const { text, ...head } = await exchange(route, { ...input, body } as ForwardInput<typeof route>);
			return readEnvelope(text, route.result, head);
		},
	};
}

interface Sending extends RequestContext {
	method: string;
	body: string | undefined;
	timeout: number;
}

interface Answer extends AnswerHead {
	text: string;
}

async function send(http: KyInstance, baseUrl: string, path: string, sending: Sending): Promise<Answer> {
	const deadline = AbortSignal.timeout(sending.timeout);
	const signal = sending.signal ? AbortSignal.any([sending.signal, deadline]) : deadline;
	const failure = (code: "REQUEST_FAILED" | "RESPONSE_UNREADABLE", cause: unknown): RequestError => {
		// The path may name people.
		const api = `The API at ${baseUrl}`;
		if (deadline.aborted) return new RequestError("REQUEST_TIMEOUT", `${api} did not answer in time`, { cause });
		if (signal.aborted) return new RequestError("REQUEST_ABORTED", "The request was aborted", { cause });
		if (code === "RESPONSE_UNREADABLE") return new RequestError(code, `The answer of ${baseUrl} broke off`, { cause });
		const text = cause instanceof Error ? cause.message : String(cause);
		return new RequestError(code, `${api} could not be reached: ${text}`, { cause });
	};

	const { body, method } = sending;
	const options = { method, headers: headersOf(sending), signal, ...(body !== undefined && { body }) };
	const response = await http(`${baseUrl}${path}`, options).catch((cause: unknown) =>
		Promise.reject(failure("REQUEST_FAILED", cause)),
	);
	const text = await response.text().catch((cause: unknown) => Promise.reject(failure("RESPONSE_UNREADABLE", cause)));
	return { text, httpStatus: response.status, retryAfter: secondsIn(response.headers.get("Retry-After")) };
}

/** @param value of `Retry-After`: seconds or a date (RFC 9110 §10.2.3) */
function secondsIn(value: string | null): number | undefined {
	if (value === null) return undefined;
	if (/^\d+$/.test(value)) return Number(value);
	const time = value.endsWith(" GMT") ? Date.parse(value) : Number.NaN;
	return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - Date.now()) / 1000));
}

function headersOf({ groupAccessId, jwt }: RequestContext): Record<string, string> {
	const headers: Record<string, string> = {};
	if (jwt !== undefined) headers["Authorization"] = `Bearer ${headerText("jwt", jwt)}`;
	if (groupAccessId !== undefined) headers[GROUP_ACCESS_HEADER] = headerText("group_as_member", groupAccessId);
	return headers;
}

/** Runtimes quote a header that they refuse in their error, and this one may be a secret. */
function headerText(field: string, value: string): string {
	if (!/^[\x20-\x7e]*$/.test(value)) throw new InvalidInput(field, "must be printable ASCII text");
	return value;
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
