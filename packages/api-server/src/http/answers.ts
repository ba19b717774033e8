import { type ByteStream, SERVER_ERRORS, type ServerError } from "@sentc-ts/transport/contract";

const ALLOW_ORIGIN = { "Access-Control-Allow-Origin": "*" } as const;

/** Answers carry keys and tokens: nobody keeps them, and no browser takes them for something that it runs. */
const ANSWER = { ...ALLOW_ORIGIN, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" } as const;

/** The list of the reference: a header that is not in it would keep our pages from reference servers, too. */
const PREFLIGHT = {
	...ALLOW_ORIGIN,
	"Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS, PATCH",
	"Access-Control-Max-Age": "86400",
	"Content-Length": "0",
	"Access-Control-Allow-Credentials": "true",
	"Access-Control-Allow-Headers":
		"x-sentc-app-token, x-sentc-group-access-id, Content-Type, Accept, Origin, Authorization, x-socket-id",
} as const;

/** An answer that is all there. */
export interface JsonAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly text: string;
}

const json = (value: object, status: number, headers?: Record<string, string>): JsonAnswer => ({
	status,
	headers: { ...ANSWER, "Content-Type": "application/json", ...headers },
	text: JSON.stringify(value),
});

export function toResponse({ text, ...init }: JsonAnswer): Response {
	return new Response(text, init);
}

/** What is left unread of a body would be taken for the connection's next request. */
const LAST_ON_CONNECTION = { Connection: "close" } as const;
const LEAVES_BODY_UNREAD: readonly ServerError[] = [SERVER_ERRORS.BODY_TOO_LARGE, SERVER_ERRORS.FILE_PART_TOO_LARGE];

/** Envelope of a success (protocol/http-api §1.2). */
export function success(result: unknown): JsonAnswer {
	return json({ status: true, result }, 200);
}

/** Raw bytes. */
export function successBytes({ stream, length }: ByteStream): Response {
	return new Response(stream, {
		headers: {
			...ANSWER,
			"Content-Type": "application/octet-stream",
			...(length !== undefined && { "Content-Length": `${length}` }),
		},
	});
}

/** Envelope of an error; the header `Retry-After` says when the request may be granted. */
export function refusal(error: ServerError, retryAfterSeconds?: number): JsonAnswer {
	const { code, http, message } = error;
	return json({ status: false, err_msg: message, err_code: code }, http, {
		...(LEAVES_BODY_UNREAD.includes(error) && LAST_ON_CONNECTION),
		...(retryAfterSeconds !== undefined && {
			"Retry-After": `${retryAfterSeconds}`,
			"Access-Control-Expose-Headers": "Retry-After",
		}),
	});
}

/** Answer to the question of a browser whether it may send a request (protocol/http-api §1.1). */
export function preflight(): Response {
	return new Response(null, { status: 200, headers: PREFLIGHT });
}
