import { SentcError } from "@sentc-ts/core-crypto";

/** The API, as the reference's, neither lists the sessions of a user nor ends those that are elsewhere. */
export class SessionsUnsupported extends SentcError {
	declare readonly code: "SESSIONS_UNSUPPORTED";

	constructor(cause?: unknown) {
		super({
			status: "client_sessions_unsupported",
			code: "SESSIONS_UNSUPPORTED",
			errorMessage: "The API can't list the sessions of a user, or end them",
			cause,
		});
		this.name = "SessionsUnsupported";
	}
}

/**
 * The app's `refresh.on_new_refresh_token` failed, so the password was not changed. The session that the token belongs to lives,
 * as the one before: either may be the one that the app keeps now.
 */
export class RefreshTokenNotTaken extends SentcError {
	declare readonly code: "REFRESH_TOKEN_NOT_TAKEN";

	constructor(cause: unknown) {
		super({
			status: "client_refresh_token_not_taken",
			code: "REFRESH_TOKEN_NOT_TAKEN",
			errorMessage: "The function on_new_refresh_token failed: the password is the one before",
			cause,
		});
		this.name = "RefreshTokenNotTaken";
	}
}
