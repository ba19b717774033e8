import { isSentcError, SentcError } from "@sentc-ts/core-crypto/wire";
import { SERVER_ERRORS, type ServerErrorName } from "./contract/error-codes.js";

/** Every code an {@link ApiError} can have; `SERVER_ERROR` is a number that this version does not know. */
export type ApiErrorCode = ServerErrorName | "SERVER_ERROR";

/** What the HTTP head of an answer says. Errors repeat it; whether the API refused is up to the envelope alone. */
export interface AnswerHead {
	/** HTTP status. */
	httpStatus?: number | undefined;
	/** The header `Retry-After`, s. */
	retryAfter?: number | undefined;
}

/** The API answered and refused. `status` is `server_<number>`. */
export class ApiError extends SentcError {
	declare readonly code: ApiErrorCode;
	/** Number of the error (protocol/http-api §19). */
	readonly serverCode: number;
	/** After how many seconds the request may be sent again, when the API said so: it does with `TOO_MANY_REQUESTS`. */
	readonly retryAfter: number | undefined;

	constructor(serverCode: number, message: string, { httpStatus, retryAfter }: AnswerHead = {}) {
		super({ status: `server_${serverCode}`, code: serverErrorName(serverCode, httpStatus), errorMessage: message });
		this.name = "ApiError";
		this.serverCode = serverCode;
		this.retryAfter = retryAfter;
	}
}

/** A number that stands for several errors has the name that fits the HTTP status, or the first where that is not known. */
function serverErrorName(serverCode: number, httpStatus: number | undefined): ApiErrorCode {
	const names = Object.keys(SERVER_ERRORS) as ServerErrorName[];
	const candidates = names.filter((name) => SERVER_ERRORS[name].code === serverCode);
	return candidates.find((name) => SERVER_ERRORS[name].http === httpStatus) ?? candidates[0] ?? "SERVER_ERROR";
}

const CLIENT_STATUS = {
	ENVELOPE_MALFORMED: "client_101",
	ENVELOPE_INCOMPLETE: "client_102",
	REQUEST_FAILED: "client_1000",
	REQUEST_TIMEOUT: "client_1000",
	REQUEST_ABORTED: "client_1000",
	RESPONSE_UNREADABLE: "client_1002",
	JWT_UNREADABLE: "client_1100",
	JWT_PAYLOAD_INVALID: "client_1101",
} as const;
type ClientErrorCode = keyof typeof CLIENT_STATUS;

/** Every code of the errors of this package. */
export type TransportErrorCode = ApiErrorCode | ClientErrorCode | "REFRESH_FAILED" | "SESSION_ENDED";

class TransportError<Code extends ClientErrorCode> extends SentcError {
	declare readonly code: Code;

	constructor(code: Code, errorMessage: string, options?: ErrorOptions) {
		super({ status: CLIENT_STATUS[code], code, errorMessage, cause: options?.cause });
	}
}

/** The text is not an answer of the API: not its JSON, or without result and error. */
export class EnvelopeError extends TransportError<"ENVELOPE_MALFORMED" | "ENVELOPE_INCOMPLETE"> {
	override name = "EnvelopeError";
	/** HTTP status of the answer, where it came by HTTP. */
	readonly httpStatus: number | undefined;

	constructor(
		code: "ENVELOPE_MALFORMED" | "ENVELOPE_INCOMPLETE",
		errorMessage: string,
		options: ErrorOptions & { httpStatus?: number | undefined } = {},
	) {
		super(code, errorMessage, options);
		this.httpStatus = options.httpStatus;
	}
}

/**
 * Does the API not have the route? True of a reference API for the routes that it doesn't know, such as the one that ends a
 * session. Only the API itself can say so, in its envelope (protocol/http-api §1.1): a page with HTTP status 404 is of a proxy,
 * for example while the API is down.
 *
 * @param error whatever was thrown
 * @example
 * ```ts
 * import { type Client, isMissingRoute } from "@sentc-ts/transport";
 * import { sessionRoutes } from "@sentc-ts/transport/contract";
 *
 * // `false`: the session lives on at this API.
 * export async function endSession(client: Client, jwt: string, refresh_token: string): Promise<boolean> {
 * 	try {
 * 		await client.call(sessionRoutes.endSession, { jwt, body: { refresh_token } });
 * 		return true;
 * 	} catch (error) {
 * 		if (isMissingRoute(error)) return false;
 * 		throw error;
 * 	}
 * }
 * ```
 */
export function isMissingRoute(error: unknown): boolean {
	return error instanceof ApiError && error.serverCode === SERVER_ERRORS.ROUTE_NOT_FOUND.code;
}

/** No answer came: the network, a timeout, an abort. */
export class RequestError extends TransportError<
	"REQUEST_FAILED" | "REQUEST_TIMEOUT" | "REQUEST_ABORTED" | "RESPONSE_UNREADABLE"
> {
	override name = "RequestError";
}

/** The text is not a JWT of the API. */
export class JwtError extends TransportError<"JWT_UNREADABLE" | "JWT_PAYLOAD_INVALID"> {
	override name = "JwtError";
}

/** No new JWT came, but the session may still be alive: try again later. */
export class RefreshFailed extends SentcError {
	declare readonly code: "REFRESH_FAILED";

	constructor(errorMessage: string, options?: ErrorOptions) {
		const status = isSentcError(options?.cause) ? options.cause.status : "client_refresh_failed";
		super({ status, code: "REFRESH_FAILED", errorMessage, cause: options?.cause });
		this.name = "RefreshFailed";
	}
}

/** The API refused to refresh for good, or the user logged out: the person has to log in again. */
export class SessionEnded extends SentcError {
	declare readonly code: "SESSION_ENDED";

	constructor(errorMessage: string, options?: ErrorOptions) {
		const status = isSentcError(options?.cause) ? options.cause.status : "client_session_ended";
		super({ status, code: "SESSION_ENDED", errorMessage, cause: options?.cause });
		this.name = "SessionEnded";
	}
}
