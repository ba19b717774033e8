import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import type { KyInstance } from "ky";
import { loadKy } from "#ky";
import { CLIENT_ADDRESS_HEADER, GROUP_ACCESS_HEADER } from "../contract/headers.js";
import type { ByteSource, ByteStream } from "../contract/route.js";
import { type AnswerHead, RequestError } from "../errors.js";
import { readAll, watchStream } from "../streams.js";
import type { Ky } from "./ky-node.js";

/** What goes with one request besides the route. */
export interface RequestContext {
	/** Needed by routes whose `jwt` is not `none`. */
	jwt?: string | undefined;
	/** Id of the group through which the caller reaches the group of the route. */
	groupAccessId?: string | undefined;
	/** IP address of the client for whom an own backend asks; the API looks at it with the secret token only. */
	clientAddress?: string | undefined;
	/** Another server that answers this route: stands for its URL up to the first parameter (protocol/files §6.2). */
	prefixUrl?: string | undefined;
	/** How long this request may take in all, ms; absent = as long as every other one. */
	timeout?: number | undefined;
	signal?: AbortSignal | undefined;
}

/** One request, ready to go. */
interface Sending {
	readonly url: string;
	/** Named in errors: the path may name people. */
	readonly server: string;
	readonly method: string;
	/** May it be sent again although it may have been carried out? */
	readonly safe: boolean;
	readonly headers: Record<string, string>;
	readonly body: string | ByteSource | undefined;
	/** ms */
	readonly timeout: number;
	readonly signal: AbortSignal | undefined;
}

/** An answer of which only the head has come. */
interface Answer {
	readonly head: AnswerHead & { httpStatus: number };
	/** @throws RequestError `REQUEST_TIMEOUT`, `REQUEST_ABORTED`, `RESPONSE_UNREADABLE` */
	text(): Promise<string>;
	/** The stream fails with the errors of {@link Answer.text}. */
	bytes(): ByteStream;
}

const RETRY_LIMIT = 2;
/** Too many requests, and a server that is not there: nothing was done yet, or nothing is done by a safe request. */
const RETRY_STATUS = [429, 503];

interface HttpOptions {
	/** Sent with each request. */
	readonly headers: Record<string, string>;
	readonly fetch: typeof globalThis.fetch | undefined;
}

/** ky with what all requests share. */
interface Http extends Pick<Ky, "isHTTPError"> {
	readonly request: KyInstance;
}

/** Makes the function that sends requests and repeats what may be repeated. */
export function createHttp(options: HttpOptions): (sending: Sending) => Promise<Answer> {
	// Browsers refuse a `fetch` that is called as a method of another object, as ky calls the one it is given.
	const fetch: typeof globalThis.fetch = (input, init) => (options.fetch ?? globalThis.fetch)(input, init);
	let http: Promise<Http> | undefined;
	return async (sending) => {
		http ??= start(options.headers);
		return send(await http, fetch, sending);
	};
}

async function start(headers: Record<string, string>): Promise<Http> {
	const { isHTTPError, ky } = await loadKy();
	const request = ky.create({
		headers: { "Content-Type": "application/json", ...headers },
		// It would cover neither the body nor the repetitions: the signal of `send` does.
		timeout: false,
		// The envelope decides, not the HTTP status; ky only has to know what may be repeated.
		throwHttpErrors: (status) => RETRY_STATUS.includes(status),
		// The API never redirects, and `fetch` would carry the app token to wherever a redirect leads.
		redirect: "error",
		hooks: { beforeRetry: [({ error }) => void (isHTTPError(error) && releaseConnection(error.response))] },
	});
	return { isHTTPError, request };
}

/** What is left unread of an answer keeps its connection. */
function releaseConnection({ body }: Response): void {
	body?.cancel().catch(() => undefined);
}

/**
 * @throws RequestError `REQUEST_FAILED`, `REQUEST_TIMEOUT`, `REQUEST_ABORTED`
 * @throws InvalidInput `body`
 */
async function send({ isHTTPError, request }: Http, fetch: typeof globalThis.fetch, sending: Sending): Promise<Answer> {
	const { body, headers, method, url } = sending;
	if (body instanceof ReadableStream && !sendsStreams()) {
		throw new InvalidInput("body", "can't be a stream in this browser: pass a Blob or an array");
	}
	const until = Date.now() + sending.timeout;
	const deadline = AbortSignal.timeout(sending.timeout);
	const signal = sending.signal ? AbortSignal.any([sending.signal, deadline]) : deadline;
	const failure = (code: "REQUEST_FAILED" | "RESPONSE_UNREADABLE", cause: unknown): RequestError => {
		const api = `The API at ${sending.server}`;
		if (deadline.aborted) return new RequestError("REQUEST_TIMEOUT", `${api} did not answer in time`, { cause });
		if (signal.aborted) return new RequestError("REQUEST_ABORTED", "The request was aborted", { cause });
		if (code === "RESPONSE_UNREADABLE") {
			return new RequestError(code, `The answer of ${sending.server} broke off`, { cause });
		}
		const text = cause instanceof Error ? cause.message : String(cause);
		return new RequestError(code, `${api} could not be reached: ${text}`, { cause });
	};

	const shouldRetry = ({ error }: { error: Error }): boolean | undefined => {
		if (signal.aborted || body instanceof ReadableStream) return false;
		if (!isHTTPError(error)) return sending.safe;
		const header = error.response.headers.get("Retry-After");
		if (header === null) return sending.safe;
		const seconds = secondsIn(header);
		const fits = seconds !== undefined && Date.now() + seconds * 1000 < until;
		// `undefined`: ky waits as long as the header says.
		return fits && (sending.safe || error.response.status === 429) ? undefined : false;
	};
	const response = await request(url, {
		method,
		headers,
		signal,
		retry: {
			limit: RETRY_LIMIT,
			methods: ["get", "post", "put", "patch", "delete"],
			statusCodes: RETRY_STATUS,
			jitter: true,
			shouldRetry,
		},
		...(typeof body === "string" ? { body, fetch } : { fetch: withBytes(fetch, body) }),
	}).catch((cause: unknown) => {
		if (isHTTPError(cause)) return cause.response;
		throw failure("REQUEST_FAILED", cause);
	});
	const stream = watchStream(response.body ?? new Blob().stream(), {
		signal,
		failure: (cause) => failure("RESPONSE_UNREADABLE", cause),
	});
	return {
		head: { httpStatus: response.status, retryAfter: secondsIn(response.headers.get("Retry-After")) },
		text: async () => new TextDecoder().decode(await readAll(stream)),
		bytes: () => ({ stream, length: lengthOf(response) }),
	};
}

/** ky copies the body of a request before it sends it, which would keep all of a stream in memory: it gets it only here. */
function withBytes(fetch: typeof globalThis.fetch, body: ByteSource | undefined): typeof globalThis.fetch {
	if (body === undefined) return fetch;
	// Chromium passes bytes on while the page stands still, half a second for 4 MiB; a Blob it hands over.
	const sent = body instanceof Uint8Array ? new Blob([body as BlobPart]) : body;
	// `duplex` is missing in the DOM's types; Node and Chrome want it for streams.
	const init = { body: sent as BodyInit, duplex: "half" };
	return (request, options) => fetch(new Request(request, init), options);
}

/** Runtimes that don't know streams as bodies send the text "[object ReadableStream]", and don't ask for `duplex`. */
function sendsStreams(): boolean {
	let asked = false;
	const init = {
		method: "POST",
		body: new Blob().stream(),
		get duplex() {
			asked = true;
			return "half";
		},
	};
	const isText = new Request("http://localhost", init).headers.has("Content-Type");
	return asked && !isText;
}

function lengthOf({ headers }: Response): number | undefined {
	const length = headers.get("Content-Length");
	// The length of compressed bytes is not that of the stream.
	return length !== null && /^\d+$/.test(length) && !headers.has("Content-Encoding") ? Number(length) : undefined;
}

/** @param value of `Retry-After`: seconds or a date (RFC 9110 §10.2.3) */
function secondsIn(value: string | null): number | undefined {
	if (value === null) return undefined;
	if (/^\d+$/.test(value)) return Number(value);
	const time = value.endsWith(" GMT") ? Date.parse(value) : Number.NaN;
	return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - Date.now()) / 1000));
}

/** @throws InvalidInput `jwt`, `group_as_member`, `client_address` */
export function headersOf({ clientAddress, groupAccessId, jwt }: RequestContext): Record<string, string> {
	const headers: Record<string, string> = {};
	if (jwt !== undefined) headers["Authorization"] = `Bearer ${headerText("jwt", jwt)}`;
	if (groupAccessId !== undefined) headers[GROUP_ACCESS_HEADER] = headerText("group_as_member", groupAccessId);
	if (clientAddress !== undefined) headers[CLIENT_ADDRESS_HEADER] = headerText("client_address", clientAddress);
	return headers;
}

/** Runtimes quote a header that they refuse in their error, and this one may be a secret. */
function headerText(field: string, value: string): string {
	if (!/^[\x20-\x7e]*$/.test(value)) throw new InvalidInput(field, "must be printable ASCII text");
	return value;
}
