import { isSentcError, type SentcError, type SentcErrorCode } from "@sentc-ts/sdk";
import { BackendError } from "./own-backend.js";

const API_DOWN = "The API can't be reached. Is it running?";
const WRONG_LOGIN = "The name or the password is wrong.";
const NOT_ENCRYPTED_HERE = "This is not a text that was encrypted here.";
const WORKER_FAILED = "The browser stopped the cryptography of this page. Try again.";
const CHANGED = "The text can't be decrypted: it was changed, or belongs to another group.";

const SENTENCES: Readonly<Partial<Record<SentcErrorCode, string>>> = {
	IDENTIFIER_EXISTS: "This name is taken. Choose another one.",
	USER_NOT_FOUND: WRONG_LOGIN,
	LOGIN_REFUSED: WRONG_LOGIN,
	REQUEST_FAILED: API_DOWN,
	REQUEST_TIMEOUT: API_DOWN,
	SESSION_ENDED: "Your session has ended. Log in again.",
	JWT_INVALID: "Your session has ended. Log in again.",
	MFA_REQUIRED: "This account has a second factor: type a code of your app, or a recovery key.",
	OTP_WRONG: "The code is wrong, or it was used already. Wait for the next one.",
	OTP_NOT_ENABLED: "This recovery key is not one of yours, or it was used already.",
	TOO_MANY_REQUESTS: "Too many attempts. Wait a moment, and try again.",
	LAST_DEVICE: "This is the only device of the account: delete the account instead.",
	DEVICE_HANDOVER_INVALID: "This is not the whole text of a device that waits.",
	KEY_ROTATION_FAILED: "Your new key could not be made for this device. Rotate your keys once more.",
	ENDPOINT_FORBIDDEN: "The options of the app do not allow this.",
	APP_TOKEN_UNKNOWN: "The API does not know the token of this app.",
	NO_GROUP_ACCESS: "The group does not exist any more, or you are not a member.",
	RANK_INSUFFICIENT: "Your rank in the group does not allow this.",
	CIPHERTEXT_NOT_BASE64: NOT_ENCRYPTED_HERE,
	CIPHERTEXT_TOO_SHORT: NOT_ENCRYPTED_HERE,
	JSON_INVALID: NOT_ENCRYPTED_HERE,
	GROUP_KEY_NOT_FOUND: CHANGED,
	DECRYPTION_FAILED: CHANGED,
	VERIFICATION_FAILED: "The signature is wrong: somebody changed the text.",
	SIGNATURE_REQUIRED: "The text, or the key of the group, is not signed, so nobody can say who made it.",
	GROUP_KEY_VERIFICATION_FAILED: "The signature of the group's key is wrong: somebody changed the key.",
	KEY_CHANGED:
		"The key of this person is another one than before. Compare the safety number with them before you go on.",
	KEY_REPLACED: "The API shows another key of this person under a known name. Nothing was encrypted for it.",
	ROTATION_PENDING: "The member is removed, but the key of the group could not be rotated yet.",
	KEY_ROTATION_UNFINISHED: "A new key of the group could not be taken.",
	KEY_NOT_FOUND: CHANGED,
	SIGNER_UNKNOWN: "The key of the group is signed by somebody whom this device does not know.",
	WORKER_LOAD_FAILED: WORKER_FAILED,
	WORKER_CRASHED: WORKER_FAILED,
	WORKER_TIMEOUT: WORKER_FAILED,
	ANSWER_FORGED: "The API answered something that is not true. Nothing of it was used.",
	REFRESH_TOKEN_NOT_TAKEN: "Your backend did not take over the new session, so the password is the one before.",
	STORAGE_FAILED: "The browser did not let this page store anything.",
};

/** What went wrong, for a person. */
export function inWords(error: unknown): string {
	if (error instanceof BackendError) return error.message;
	if (isSentcError(error)) return wordsFor(error);
	console.error(error);
	return "Something in this page failed. The console of the browser has the details.";
}

function wordsFor(error: SentcError): string {
	if (error.code !== "REFRESH_FAILED") return SENTENCES[error.code as SentcErrorCode] ?? `${error.errorMessage}.`;
	const { cause } = error;
	const reason = cause instanceof BackendError || isSentcError(cause) ? inWords(cause) : `${error.errorMessage}.`;
	return `The JWT was not refreshed. ${reason} Try again later, or log in again.`;
}
