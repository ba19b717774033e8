import { isSentcError, type SentcErrorCode } from "@sentc-ts/sdk";
import { WrongFile } from "./attachments.js";
import { BackendError } from "./connection.js";
import { WrongContent } from "./content.js";

const API_DOWN = "The server can't be reached.";
const WRONG_LOGIN = "The name or the password is wrong.";
const ENDED = "Your session has ended. Sign in again.";
const WRONG_SIGNATURE = "The signature is wrong: this is not what its author signed. Nothing of it is shown.";
const CHANGED = "This can't be decrypted: it was changed, or it belongs elsewhere.";

const SENTENCES: Readonly<Partial<Record<SentcErrorCode, string>>> = {
	IDENTIFIER_EXISTS: "This name is taken. Choose another one.",
	USER_NOT_FOUND: WRONG_LOGIN,
	LOGIN_REFUSED: WRONG_LOGIN,
	REQUEST_FAILED: API_DOWN,
	REQUEST_TIMEOUT: API_DOWN,
	REFRESH_FAILED: API_DOWN,
	SESSION_ENDED: ENDED,
	JWT_INVALID: ENDED,
	LAST_DEVICE: "This is the only device of the account.",
	MFA_REQUIRED: "The account has a second factor: its code is needed, too.",
	OTP_WRONG: "The code is wrong, or it was used already. Wait for the next one.",
	OTP_NOT_ENABLED: "This recovery key is not one of yours, or it was used already.",
	TOO_MANY_REQUESTS: "Too many attempts. Wait a moment, and try again.",
	DEVICE_HANDOVER_INVALID: "This is not the whole text of a device that waits.",
	NO_GROUP_ACCESS: "The notebook does not exist any more, or you are not a member.",
	RANK_INSUFFICIENT: "Your rank in the notebook does not allow this.",
	NO_PERMISSION: "Your rank in the notebook does not allow this.",
	DECRYPTION_FAILED: CHANGED,
	KEY_NOT_FOUND: CHANGED,
	GROUP_KEY_NOT_FOUND: CHANGED,
	VERIFICATION_FAILED: WRONG_SIGNATURE,
	WRONG_VERIFY_KEY: WRONG_SIGNATURE,
	SIGNATURE_REQUIRED: "This is not signed, so nobody can say who wrote it.",
	GROUP_KEY_VERIFICATION_FAILED: "The signature of the notebook's key is wrong: somebody changed the key.",
	KEY_CHANGED: "The key of this person is another one than before. Verify them again in the list of members.",
	KEY_REPLACED: "The server shows a false key of this person. Nothing was encrypted for it.",
	SIGNER_UNKNOWN: "The key of the notebook was made by somebody whom you have not verified.",
	ROTATION_PENDING: "The member is removed, but the notebook has no new key yet.",
	ANSWER_FORGED: "The server answered something that is not true. Nothing of it was used.",
	FILE_UNREADABLE: "The file can't be read any more. Choose it again.",
	FILE_CHANGED: "The file was changed meanwhile. Choose it again.",
	FILE_INCOMPLETE: "The end of the file is missing.",
	FILE_NOT_FOUND: "The file does not exist any more.",
	FILE_UPLOAD_REFUSED: "The server takes no files.",
	FILE_QUOTA_EXCEEDED: "There is no more room for files at the server.",
	UPLOAD_LOST: "The server lost what was uploaded. Try again.",
	STORAGE_FAILED: "The browser did not let this page store anything.",
	WORKER_LOAD_FAILED: "The cryptography of this page could not be started. Try again.",
	WORKER_CRASHED: "The browser stopped the cryptography of this page. Try again.",
	WORKER_TIMEOUT: "The cryptography of this page takes too long. Try again.",
};

/** What went wrong, for a person. */
export function inWords(error: unknown): string {
	if (error instanceof BackendError || error instanceof WrongFile || error instanceof WrongContent)
		return error.message;
	if (isSentcError(error)) return SENTENCES[error.code as SentcErrorCode] ?? `${error.errorMessage}.`;
	console.error(error);
	return "Something in this page failed. Try again.";
}
