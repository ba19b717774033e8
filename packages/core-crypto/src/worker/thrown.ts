import { CryptoError, InvalidInput, isCryptoErrorCode, isSentcError, SentcError } from "../errors.js";

/** What is thrown from one thread to the other: comlink and structured cloning keep no classes and no members of errors. */
export interface ThrownError {
	name: string;
	/** `errorMessage` of a {@link SentcError}, else `message`. */
	message: string;
	/** These two: of a {@link SentcError} only. */
	status?: string;
	code?: string;
	/** Of {@link InvalidInput} only. */
	field?: string;
	cause?: ThrownError;
}

/** Causes deeper than this are left out: a chain may be circular. */
const maxDepth = 5;

export function describeError(error: unknown, depth = 0): ThrownError {
	if (!(error instanceof Error)) return { name: "Error", message: String(error) };
	const { name, message, cause } = error;
	return {
		name,
		message,
		...(isSentcError(error) && { status: error.status, code: error.code }),
		...(error instanceof InvalidInput && { field: error.field }),
		...(cause !== undefined && depth < maxDepth && { cause: describeError(cause, depth + 1) }),
	};
}

/** The same error as an object of this thread: class, code, message and cause are those of the original. */
export function rebuildError(thrown: ThrownError): Error {
	const { name, message, status, code, field } = thrown;
	const cause = thrown.cause && rebuildError(thrown.cause);
	if (status === undefined || code === undefined)
		return Object.assign(new Error(message, cause && { cause }), { name });
	if (field !== undefined) return new InvalidInput(field, message.slice(field.length + 1));
	if (name === "CryptoError" && isCryptoErrorCode(code)) return new CryptoError(code, cause);
	return new SentcError({ status, code, errorMessage: message, cause });
}
