/** Why the API could not start. A code, once released, keeps its meaning. */
export type ApiStartErrorCode =
	| "CONFIG_INVALID"
	| "DATABASE_UNAVAILABLE"
	| "LISTEN_FAILED"
	| "NO_APP"
	| "PORT_TAKEN"
	| "ROOT_KEY_INVALID"
	| "ROOT_KEY_MISMATCH"
	| "ROOT_KEY_MISSING";

/** The API could not start; the message is one sentence for the operator. */
export class ApiStartError extends Error {
	readonly code: ApiStartErrorCode;

	constructor(code: ApiStartErrorCode, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.name = "ApiStartError";
		this.code = code;
	}
}
