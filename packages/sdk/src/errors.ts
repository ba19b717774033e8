import { type CryptoErrorCode, type InvalidInput, SentcError, type WorkerErrorCode } from "@sentc-ts/core-crypto";
import type { TransportErrorCode } from "@sentc-ts/transport";
import type { FileError } from "./file-errors.js";
import type { KeyRotationUnfinished, KeysUnusable, RotationPending } from "./key-errors.js";
import type { RefreshTokenNotTaken, SessionsUnsupported } from "./session-errors.js";

/** A function that needs `init` was called before it. */
export class NotInitialised extends SentcError {
	declare readonly code: "NOT_INITIALISED";

	constructor(call: string) {
		super({
			status: "client_not_initialised",
			code: "NOT_INITIALISED",
			errorMessage: `Call init() and wait for it before ${call}()`,
		});
		this.name = "NotInitialised";
	}
}

/** Nobody is logged in, or the stored data of the user is gone. */
export class NoActualUser extends SentcError {
	declare readonly code: "NO_ACTUAL_USER";

	constructor(errorMessage = "Nobody is logged in") {
		super({ status: "client_no_actual_user", code: "NO_ACTUAL_USER", errorMessage });
		this.name = "NoActualUser";
	}
}

/** The key is not on this device. The asynchronous functions fetch it, the synchronous ones cannot. */
export class KeyNotFound extends SentcError {
	declare readonly code: "KEY_NOT_FOUND";

	constructor(errorMessage = "This device does not have the key") {
		super({ status: "client_key_not_found", code: "KEY_NOT_FOUND", errorMessage });
		this.name = "KeyNotFound";
	}
}

/** As in the reference: functions that manage the second factor have `client_100`, all others `client_10000`. */
export type MfaRequiredStatus = "client_100" | "client_10000";

/** The user has multi-factor authentication and the caller gave no token, or did not ask for that case. */
export class MfaRequired extends SentcError {
	declare readonly code: "MFA_REQUIRED";

	constructor(status: MfaRequiredStatus = "client_10000") {
		super({
			status,
			code: "MFA_REQUIRED",
			errorMessage: "A second factor is needed, and none was given",
		});
		this.name = "MfaRequired";
	}
}

/** The rank of the user in the group does not allow the action. Nothing was sent. */
export class NoPermission extends SentcError {
	declare readonly code: "NO_PERMISSION";

	constructor() {
		super({
			status: "client_201",
			code: "NO_PERMISSION",
			errorMessage: "The rank in the group does not allow this",
		});
		this.name = "NoPermission";
	}
}

/**
 * `KEY_CHANGED`: another key than the known one, and the app blocks those; `user.acceptKeyChange` accepts it.
 * `KEY_REPLACED`: a known key id with other bytes, or with a key that does not belong to the other one of its id, which no honest API
 * answers; it can't be accepted.
 */
export type KeyChangedCode = "KEY_CHANGED" | "KEY_REPLACED";

/**
 * A key of another user is not the one that this device knows. It was not used.
 *
 * @example
 * ```ts
 * import { KeyChanged, type User } from "@sentc-ts/sdk";
 *
 * export async function encrypt(user: User, text: string, to: string, isSame: (number: string) => Promise<boolean>) {
 * 	return user.encryptString(text, to).catch(async (error: unknown) => {
 * 		if (!(error instanceof KeyChanged) || error.code === "KEY_REPLACED") throw error;
 * 		const number = await user.createSafetyNumber({ user_id: to, verify_key_id: error.newPublicKeyId });
 * 		if (!(await isSame(number))) throw error;
 * 		await user.acceptKeyChange(to, error.newPublicKeyId);
 * 		return user.encryptString(text, to);
 * 	});
 * }
 * ```
 */
export class KeyChanged extends SentcError {
	declare readonly code: KeyChangedCode;
	/** Whose key it is. */
	readonly userId: string;
	readonly oldPublicKeyId: string;
	readonly newPublicKeyId: string;

	constructor(code: KeyChangedCode, userId: string, oldPublicKeyId: string, newPublicKeyId: string) {
		const errorMessage =
			code === "KEY_CHANGED"
				? "The key of the other user changed and was not accepted yet"
				: "The API answered other bytes for a known key of the other user";
		super({ status: `client_${code.toLowerCase()}`, code, errorMessage });
		this.name = "KeyChanged";
		this.userId = userId;
		this.oldPublicKeyId = oldPublicKeyId;
		this.newPublicKeyId = newPublicKeyId;
	}
}

/**
 * What the answer was about: the `login` of somebody else, the `device` that was sent, the `key` that was asked for, a list, of
 * `keys` or others, that is longer than a page or leaves some out, an `own_key` of the user or a group, the new key of a `rotation`, the `group`
 * that was asked for, or that was created here with another key, or a `file` and its parts.
 */
export type ForgedAnswer = "login" | "device" | "key" | "keys" | "own_key" | "rotation" | "group" | "file";

/**
 * The API answered in the right form what this device knows to be untrue. What is untrue was not used; of a list with a gap
 * (`keys`) what it has may be here, where the function says so.
 */
export class AnswerForged extends SentcError {
	declare readonly code: "ANSWER_FORGED";
	readonly what: ForgedAnswer;

	constructor(what: ForgedAnswer, errorMessage: string, cause?: unknown) {
		super({ status: "client_answer_forged", code: "ANSWER_FORGED", errorMessage, cause });
		this.name = "AnswerForged";
		this.what = what;
	}
}

/**
 * A group key is signed by somebody of whom this device knows nothing, and whom the app's option `signers` did not name: the API may
 * have made that user up. The key was not used. Before the app names somebody, the person compares `user.createSafetyNumber` of
 * `userId` and `verifyKeyId` with them, or the app asks a source that the API can't change. To show the number makes nobody known.
 *
 * @example
 * ```ts
 * import { createSentc, type Group, SignerUnknown, type User } from "@sentc-ts/sdk";
 *
 * const colleagues = new Set<string>();
 * export const sentc = createSentc({ signers: ({ known, user_id }) => known || colleagues.has(user_id) });
 *
 * export async function open(user: User, id: string, isColleague: (user_id: string) => Promise<boolean>): Promise<Group> {
 * 	return user.getGroup(id, undefined, 2).catch(async (error: unknown) => {
 * 		if (!(error instanceof SignerUnknown) || !(await isColleague(error.userId))) throw error;
 * 		colleagues.add(error.userId);
 * 		return user.getGroup(id, undefined, 2);
 * 	});
 * }
 * ```
 */
export class SignerUnknown extends SentcError {
	declare readonly code: "SIGNER_UNKNOWN";
	readonly groupId: string;
	/** Who signed, by the API's word. */
	readonly userId: string;
	readonly verifyKeyId: string;

	constructor(groupId: string, userId: string, verifyKeyId: string) {
		super({
			status: "client_signer_unknown",
			code: "SIGNER_UNKNOWN",
			errorMessage: "The group key is signed by a user who is neither known here nor named by the app",
		});
		this.name = "SignerUnknown";
		this.groupId = groupId;
		this.userId = userId;
		this.verifyKeyId = verifyKeyId;
	}
}

/** The storage of the app or of the browser refused, or did not answer in time. */
export class StorageFailed extends SentcError {
	declare readonly code: "STORAGE_FAILED";

	constructor(cause: unknown) {
		super({ status: "client_storage", code: "STORAGE_FAILED", errorMessage: "The storage failed", cause });
		this.name = "StorageFailed";
	}
}

/** The text of a device hand-over was misread, or is none. Scan it again. */
export class DeviceHandoverInvalid extends SentcError {
	declare readonly code: "DEVICE_HANDOVER_INVALID";

	constructor() {
		super({
			status: "client_device_handover",
			code: "DEVICE_HANDOVER_INVALID",
			errorMessage: "The text is not a device hand-over, or was misread",
		});
		this.name = "DeviceHandoverInvalid";
	}
}

/** The errors of this package alone. */
type SdkError =
	| AnswerForged
	| DeviceHandoverInvalid
	| FileError
	| KeyChanged
	| KeyNotFound
	| KeyRotationUnfinished
	| KeysUnusable
	| MfaRequired
	| NoActualUser
	| NoPermission
	| NotInitialised
	| RotationPending
	| RefreshTokenNotTaken
	| SessionsUnsupported
	| SignerUnknown
	| StorageFailed;

/** Every `code` that an error of the SDK can have, for a `switch` that the compiler checks. */
export type SentcErrorCode =
	| SdkError["code"]
	| CryptoErrorCode
	| InvalidInput["code"]
	| TransportErrorCode
	| WorkerErrorCode;
