import { isSentcError } from "@sentc-ts/core-crypto";
import { SERVER_ERRORS, type ServerError } from "@sentc-ts/transport/contract";

/** Errors that have another HTTP status in some places (protocol/http-api §19), or can say more precisely what is meant. */
export const FAILURES = {
	DEVELOPMENT_APP_REMOTE: {
		...SERVER_ERRORS.APP_TOKEN_UNKNOWN,
		message: "The development app is only for this machine, without a proxy: create an app",
	},
	LOGIN_USER_NOT_FOUND: { ...SERVER_ERRORS.USER_NOT_FOUND, http: 401 },
	KEY_BY_ID_NOT_FOUND: { ...SERVER_ERRORS.GROUP_KEY_NOT_FOUND, http: 200 },
	WRAPPED_KEY_UNKNOWN: {
		...SERVER_ERRORS.GROUP_KEY_NOT_FOUND,
		message: "A wrapped key belongs to no key of the group",
	},
	PREVIOUS_KEY_OUTDATED: {
		...SERVER_ERRORS.GROUP_KEY_NOT_FOUND,
		message: "The previous key is not the newest of the group",
	},
	RECEIVER_NOT_FOUND: { ...SERVER_ERRORS.FILE_NOT_FOUND, message: "User not found" },
	PART_EXISTS: { ...SERVER_ERRORS.FILE_NOT_FOUND, message: "There is another part with this sequence" },
	GROUPS_IN_A_CIRCLE: {
		...SERVER_ERRORS.GROUP_NOT_CONNECTABLE,
		message: "A group cannot be a member of one that is a member of it",
	},
	OTP_USED: {
		...SERVER_ERRORS.OTP_WRONG,
		message: "The one-time password was used already: wait for the next one",
	},
} as const satisfies Record<string, ServerError>;

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
