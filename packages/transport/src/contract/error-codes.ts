/** One error the API can answer: its number, the HTTP status that goes with it, and its text. */
export interface ServerError {
	readonly code: number;
	readonly http: 200 | 400 | 401 | 402 | 404 | 413 | 422 | 429 | 500;
	readonly message: string;
}

const error = (code: number, http: ServerError["http"], message: string): ServerError => ({ code, http, message });

/**
 * The error codes of the API, by name (protocol/http-api §19). A name, once released, keeps its number. Where one number has
 * several names, the HTTP status tells them apart.
 */
export const SERVER_ERRORS = {
	INVALID_ID: error(1, 400, "The id is not a UUID"),
	INVALID_JSON: error(11, 422, "The request body is not the expected JSON"),
	BODY_TOO_LARGE: error(12, 413, "The request body is too large"),
	INVALID_TIME: error(13, 400, "The time in the path is not a number"),
	INVALID_FILE_PATH: error(12, 400, "A number or a flag in the path is malformed"),
	/** Not part of the reference. */
	CLIENT_ADDRESS_INVALID: error(14, 400, "The client address is not an IP address"),
	DATABASE_UNAVAILABLE: error(20, 500, "The database is not available"),
	DATABASE_FAILED: error(22, 422, "The database could not carry out the request"),
	JWT_INVALID: error(30, 401, "The JWT is invalid or expired"),
	JWT_MISSING: error(31, 401, "The JWT is missing"),
	JWT_MALFORMED: error(32, 401, "The JWT has a wrong format"),
	JWT_KEY_UNKNOWN: error(35, 200, "The JWT was signed with a key this app does not have"),
	USER_NOT_FOUND: error(100, 400, "The user was not found"),
	IDENTIFIER_EXISTS: error(101, 400, "The identifier already exists"),
	SALT_FAILED: error(110, 401, "The salt could not be created"),
	AUTH_KEY_MALFORMED: error(111, 401, "The authentication key has a wrong format"),
	LOGIN_REFUSED: error(112, 401, "Wrong identifier or password"),
	JWT_NOT_FRESH: error(113, 401, "This action needs a JWT that was issued by a login"),
	REFRESH_TOKEN_UNKNOWN: error(114, 400, "The refresh token was not found"),
	LAST_DEVICE: error(115, 400, "The last device of a user cannot be deleted"),
	USER_GROUP_KEYS_MISSING: error(117, 400, "The user group keys are missing"),
	APP_TOKEN_UNKNOWN: error(200, 401, "The app token is missing or unknown"),
	APP_TOKEN_MALFORMED: error(201, 401, "The app token has a wrong format"),
	PUBLIC_KEY_UNUSABLE: error(201, 400, "The public key does not fit its algorithm"),
	ENDPOINT_FORBIDDEN: error(203, 400, "The options of the app do not allow this endpoint with this token"),
	APP_DISABLED: error(204, 401, "The app is disabled"),
	NOT_A_MEMBER: error(300, 400, "Not a member of the group"),
	RANK_INSUFFICIENT: error(301, 400, "The rank in the group is not sufficient"),
	ALREADY_MEMBER: error(302, 400, "Already a member of the group"),
	ALREADY_INVITED: error(302, 200, "Already invited to the group"),
	NO_KEYS: error(303, 400, "No keys were sent"),
	GROUP_KEY_NOT_FOUND: error(304, 400, "The key of the group was not found"),
	TOO_MANY_KEYS: error(305, 400, "At most 100 keys can be sent at once"),
	KEY_SESSION_NOT_FOUND: error(306, 400, "The key session was not found"),
	INVITE_NOT_FOUND: error(307, 400, "The invite was not found"),
	LAST_ADMIN: error(308, 400, "The only admin cannot leave the group"),
	JOIN_REQUEST_NOT_FOUND: error(309, 400, "The join request was not found"),
	NO_GROUP_ACCESS: error(310, 400, "No access to the group, or the group was not found"),
	RANK_CHANGE_REFUSED: error(314, 400, "The rank cannot be changed so: it is 1 to 4, and the creator keeps theirs"),
	CREATOR_NOT_REMOVABLE: error(315, 400, "The creator of the group cannot be kicked"),
	STRONGER_NOT_REMOVABLE: error(316, 400, "A member with a stronger rank cannot be kicked"),
	INVITES_STOPPED: error(317, 400, "Invites to the group are switched off"),
	ALREADY_CONNECTED: error(318, 400, "A connected group cannot have a connected group"),
	GROUP_NOT_CONNECTABLE: error(319, 400, "A group can only be a member of a connected group, and be none itself"),
	RE_INVITE_NOT_A_MEMBER: error(320, 400, "Who is invited again is not a member of the group"),
	ROTATION_LIMIT: error(321, 400, "The keys were rotated too often this month"),
	/** Not part of the reference. */
	GROUP_TOO_DEEP: error(322, 400, "There are too many groups above this one"),
	CONTENT_KEY_NOT_FOUND: error(400, 400, "The content key was not found"),
	ROUTE_NOT_FOUND: error(404, 404, "This route does not exist"),
	/** Not part of the reference; the header `Retry-After` names the seconds to wait. */
	TOO_MANY_REQUESTS: error(429, 429, "Too many attempts: try again later"),
	FILE_PART_NOT_AVAILABLE: error(500, 400, "error in open file: the part was not found, or could not be stored"),
	FILE_PART_TOO_LARGE: error(502, 400, "The part is larger than 5242880 bytes"),
	FILE_SESSION_NOT_FOUND: error(510, 400, "The upload session was not found, or has ended"),
	FILE_SESSION_EXPIRED: error(511, 400, "The upload session has expired"),
	FILE_NOT_FOUND: error(512, 400, "The file was not found, or has no parts"),
	FILE_UPLOAD_REFUSED: error(520, 400, "The file options of the app do not allow this upload"),
	NO_FILE_ACCESS: error(521, 400, "No access to this file"),
	/** Not part of the reference. */
	FILE_QUOTA_EXCEEDED: error(522, 400, "The file, or the files of the app, would be larger than its options allow"),
	OTP_SECRET_UNUSABLE: error(900, 400, "The secret of the second factor cannot be used"),
	OTP_NOT_ENABLED: error(901, 400, "The second factor is not enabled, or the recovery key was not found"),
	OTP_WRONG: error(902, 402, "The one-time password is wrong"),
	INTERNAL: error(10, 500, "The server could not answer"),
};

/** Stable name of a server error. */
export type ServerErrorName = keyof typeof SERVER_ERRORS;
