/** Shared by every copy of this file on one page (`Symbol.for` is global across realms and bundles). */
const brand = Symbol.for("@sentc-ts/error");

/** What an error says about itself. */
export interface SentcErrorInit {
	/** Machine-readable status in the wire's style: `client_14`, `server_112`. */
	status: string;
	/** Stable name for `switch` statements, for example `DECRYPTION_FAILED`. */
	code: string;
	/** One sentence for people. Never holds key material, passwords or plaintext. */
	errorMessage: string;
	cause?: unknown;
}

/**
 * Base class of every error this project throws.
 *
 * `String(error)` is the JSON text `{"status": "client_14", "error_message": "…"}`, so code that parses the thrown
 * value of the reference client keeps working (protocol/crypto §12; unlike there it is always valid JSON).
 */
export class SentcError extends Error {
	readonly status: string;
	readonly code: string;
	readonly errorMessage: string;

	constructor({ status, code, errorMessage, cause }: SentcErrorInit) {
		super(errorMessage, cause === undefined ? undefined : { cause });
		this.name = "SentcError";
		this.status = status;
		this.code = code;
		this.errorMessage = errorMessage;
		Object.defineProperty(this, brand, { value: true });
	}

	/** {@link SentcError.errorMessage}, as the JSON text and the reference client name it. */
	get error_message(): string {
		return this.errorMessage;
	}

	override toString(): string {
		return `{"status": ${JSON.stringify(this.status)}, "error_message": ${JSON.stringify(this.errorMessage)}}`;
	}
}

/** True for every {@link SentcError}, also one that another realm or another copy of this package made. */
export function isSentcError(value: unknown): value is SentcError {
	return typeof value === "object" && value !== null && brand in value;
}

/** Stable code → client number and text. Numbers are those of protocol/crypto §12; several codes may share one number. */
const cryptoErrors = {
	UNKNOWN_ALGORITHM: ["client_1", "The algorithm identifier is unknown"],
	ENCRYPTED_KEY_NOT_BASE64: ["client_2", "An encrypted key is not valid base64"],
	SALT_NOT_BASE64: ["client_4", "The salt is not valid base64"],
	CLIENT_RANDOM_VALUE_INVALID: ["client_5", "The client random value is not 16 bytes of base64"],
	HASHED_AUTH_KEY_INVALID: ["client_6", "The hashed authentication key is not 16 bytes of base64"],
	SIGNATURE_NOT_BASE64: ["client_8", "The signature is not valid base64"],
	CIPHERTEXT_TOO_SHORT: ["client_10", "The ciphertext is too short"],
	CIPHERTEXT_NOT_BASE64: ["client_10", "The encrypted text is not valid base64"],
	PLAINTEXT_NOT_UTF8: ["client_10", "The decrypted bytes are not UTF-8 text"],
	ENCRYPTION_FAILED: ["client_12", "The public key cannot be used for encryption"],
	DECRYPTION_FAILED: ["client_14", "Decryption failed: the key is wrong or the data was changed"],
	SALT_LENGTH: ["client_20", "The salt does not have 32 bytes"],
	WRONG_VERIFY_KEY: ["client_20", "The data was signed by another key than the given verify key"],
	CONTENT_KEY_NOT_BASE64: ["client_21", "The encrypted content key is not valid base64"],
	AUTH_KEY_INVALID: ["client_22", "The authentication key is not 32 bytes of base64"],
	VERIFICATION_FAILED: ["client_22", "The signature of the data is wrong"],
	KEY_LENGTH: ["client_30", "The length of the key or signature does not fit its algorithm"],
	PUBLIC_KEY_INVALID: ["client_30", "The public key is none of its algorithm"],
	GROUP_KEY_VERIFICATION_FAILED: ["client_31", "The signature of the group key is wrong"],
	SIGNED_DATA_TOO_SHORT: ["client_42", "The data is too short to contain its signature"],
	SORTABLE_RANGE: ["client_60", "There are fewer ciphertexts than plaintexts"],
	SORTABLE_TOO_LARGE: ["client_61", "The number is too large to be encrypted for sorting"],
	JSON_INVALID: ["client_101", "The JSON text is damaged or lacks a member"],
	KEY_STRING_INVALID: ["client_109", "The key string is not a key of the expected kind"],
	SIGN_KEY_NOT_BASE64: ["client_110", "The sign key is not valid base64"],
	KEY_PAIR_NOT_BASE64: ["client_111", "The private, public, sign or verify key is not valid base64"],
	SYMMETRIC_KEY_NOT_BASE64: ["client_112", "The symmetric key is not valid base64"],
	PEM_INVALID: ["client_115", "The public or verify key is not valid PEM"],
	MASTER_KEY_STRING_INVALID: ["client_116", "The master-key encryption key string is damaged"],
	USER_KEY_INCOMPLETE: ["client_130", "The user key lacks its sign key"],
	KEY_ROTATION_INVALID: ["client_203", "The data of the key rotation cannot be decoded"],
	KEY_ROTATION_FAILED: ["client_204", "The server could not encrypt the new key for this device"],
	SEARCHABLE_TOO_LONG: ["client_300", "The text is too long to hash its prefixes: at most 200 bytes"],
	SEARCHABLE_EMPTY: ["client_301", "An empty text has no hash"],
	CHALLENGE_INVALID: ["client_1102", "The login challenge cannot be decoded, or has not the form of one"],
	KEY_PAIR_MISMATCH: ["client_key_pair_mismatch", "The public keys do not belong to the secret ones"],
	SIGNED_CONTENT_LENGTH: [
		"client_signed_content_length",
		"Content of 4 bytes is not signed under a symmetric key: its ciphertext is as long as a group key and could be passed off as one",
	],
	FILE_PART_CHANGED: ["client_file_part_changed", "The chunk is not the one that was encrypted by this key before"],
	SIGNATURE_REQUIRED: ["client_signature_required", "A verified signature is required but there is none"],
} as const;

/** Every code a {@link CryptoError} can have. */
export type CryptoErrorCode = keyof typeof cryptoErrors;

/** Is it a code of this version? */
export function isCryptoErrorCode(code: string): code is CryptoErrorCode {
	return Object.hasOwn(cryptoErrors, code);
}

/** Keys, ciphertexts, signatures or their text forms are wrong. */
export class CryptoError extends SentcError {
	declare readonly code: CryptoErrorCode;

	constructor(code: CryptoErrorCode, cause?: unknown) {
		const [status, errorMessage] = cryptoErrors[code];
		super({ status, code, errorMessage, cause });
		this.name = "CryptoError";
	}
}

/** An argument has the wrong type or value: a mistake of the calling code. Status `client_invalid_input`. */
export class InvalidInput extends SentcError {
	declare readonly code: "INVALID_INPUT";
	/** The argument or member that is wrong, for example `password` or `key.time`. */
	readonly field: string;

	/**
	 * @param reason completes the sentence "`field` …", for example "must be a string"
	 * @param status where the reference client has one for the case
	 */
	constructor(field: string, reason: string, status = "client_invalid_input") {
		super({ status, code: "INVALID_INPUT", errorMessage: `${field} ${reason}` });
		this.name = "InvalidInput";
		this.field = field;
	}
}

/** What can become of a worker: it did not load, it ended by itself, it was ended for lack of an answer, or by `close`. */
export type WorkerErrorCode = "WORKER_LOAD_FAILED" | "WORKER_CRASHED" | "WORKER_TIMEOUT" | "WORKER_CLOSED";

/** The worker that should run an operation has ended; whether the operation ran is unknown. Status `client_worker`. */
export class WorkerError extends SentcError {
	declare readonly code: WorkerErrorCode;

	constructor(code: WorkerErrorCode, errorMessage: string, cause?: unknown) {
		super({ status: "client_worker", code, errorMessage, cause });
		this.name = "WorkerError";
	}
}
