import { isSentcError } from "@sentc-ts/core-crypto";
import type { ServerError } from "@sentc-ts/transport/contract";

/** A rule refuses the request; the answer is one of the errors of the contract. */
export class Failure extends Error {
	readonly error: ServerError;
	/** After how many seconds the same request may be granted. */
	readonly retryAfterSeconds: number | undefined;

	constructor(error: ServerError, retryAfterSeconds?: number) {
		super(error.message);
		this.name = "Failure";
		this.error = error;
		this.retryAfterSeconds = retryAfterSeconds;
	}
}

/** Cryptography refuses what a client sent, now or earlier: one of the contract's errors, not a fault of the server. */
export function orFail<Result>(error: ServerError, operation: () => Result): Result {
	try {
		return operation();
	} catch (cause) {
		if (isSentcError(cause)) throw new Failure(error);
		throw cause;
	}
}
