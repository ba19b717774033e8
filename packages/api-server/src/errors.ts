/** Something that only the operator can put right; the message is one sentence. */
export abstract class OperatorError<Code extends string = string> extends Error {
	/** A code, once released, keeps its meaning. */
	readonly code: Code;

	constructor(code: Code, message: string, cause?: unknown) {
		super(message, cause === undefined ? undefined : { cause });
		this.name = new.target.name;
		this.code = code;
	}
}

export type ApiStartErrorCode =
	| "CONFIG_INVALID"
	| "DATABASE_UNAVAILABLE"
	| "LISTEN_FAILED"
	| "NO_APP"
	| "PORT_TAKEN"
	| "ROOT_KEY_EXPOSED"
	| "ROOT_KEY_INVALID"
	| "ROOT_KEY_MISMATCH"
	| "ROOT_KEY_MISSING";

/** The API could not start. */
export class ApiStartError extends OperatorError<ApiStartErrorCode> {}

export type AppAdminErrorCode =
	| "APP_UNKNOWN"
	| "DEVELOPMENT_APP"
	| "JWT_KEY_UNKNOWN"
	| "LAST_JWT_KEY"
	| "OPTION_INVALID";

/** An app could not be created or changed. */
export class AppAdminError extends OperatorError<AppAdminErrorCode> {}
