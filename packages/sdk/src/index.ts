import { SentcClient } from "./sentc.js";
import type { SentcOptions } from "./session/context.js";

/** The ready instance of the page. Signatures are checked as the reference client does; see `require_signatures`. */
const Sentc: SentcClient = new SentcClient();
export default Sentc;

/**
 * A client of its own: for servers, tests, and several accounts in one process. Outside browsers it keeps its data in
 * memory. Whoever asks it to verify gets an error for what is not signed, unless `require_signatures` is `false`. A changed key of
 * another user is not used before `user.acceptKeyChange`, unless the app has `on_key_change` or sets `key_change`. The keys of a group
 * are rotated when a member is removed, unless `rotate_on_removal` is `false`.
 *
 * @param options taken for options that `init` is not given
 * @example
 * ```ts
 * import { createSentc } from "@sentc-ts/sdk";
 *
 * export async function readAs(identifier: string, password: string, text: string): Promise<string> {
 * 	const sentc = createSentc({ base_url: "https://api.example.com", app_token: "<your app token>" });
 * 	await sentc.init();
 * 	const user = await sentc.login(identifier, password, true);
 * 	try {
 * 		return await user.decryptString(text);
 * 	} finally {
 * 		await user.logOut();
 * 		await sentc.close();
 * 	}
 * }
 * ```
 */
export function createSentc(options: Partial<SentcOptions> = {}): SentcClient {
	const { require_signatures = true, rotate_on_removal = true } = options;
	return new SentcClient({ ...options, require_signatures, rotate_on_removal }, true);
}

export {
	CryptoError,
	type CryptoErrorCode,
	InvalidInput,
	isSentcError,
	type RawEncrypted as CryptoRawOutput,
	SentcError,
	WorkerError,
	type WorkerErrorCode,
	type WorkerOptions,
} from "@sentc-ts/core-crypto";
export {
	ApiError,
	type ApiErrorCode,
	EnvelopeError,
	JwtError,
	REFRESH_ENDPOINT,
	RefreshFailed,
	type RefreshOptions,
	RequestError,
	SessionEnded,
} from "@sentc-ts/transport";
export { create_error, handle_general_server_response, handle_server_response } from "./compatibility/answers.js";
export { HttpMethod, make_req } from "./compatibility/request.js";
export type * from "./compatibility/types.js";
export type { RegisteredSymKey } from "./content/content-keys.js";
export { SymKey } from "./content/sym-key.js";
export { createDeviceHandover, readDeviceHandover } from "./devices/device-handover.js";
export { deviceFingerprint } from "./devices/fingerprint.js";
export {
	AnswerForged,
	DeviceHandoverInvalid,
	type ForgedAnswer,
	KeyChanged,
	type KeyChangedCode,
	KeyNotFound,
	MfaRequired,
	NoActualUser,
	NoPermission,
	NotInitialised,
	type SentcErrorCode,
	SignerUnknown,
	StorageFailed,
} from "./errors.js";
export { FileError, type FileErrorCode } from "./file-errors.js";
export { TransferControl } from "./files/control.js";
export { Downloader } from "./files/downloader.js";
export { FileHelper } from "./files/file-helper.js";
export type {
	DownloadOptions,
	FileCreateOutput,
	FileDownload,
	FileMetaFetched,
	FileMetaInformation,
	FilePrepareCreateOutput,
	FileProgress,
	FileSink,
	FileSource,
	NodeWritable,
	PartListItem,
	PartUploadOptions,
	TransferOptions,
	UnfinishedUpload,
	UploadOptions,
	UserUploadOptions,
} from "./files/types.js";
export { Uploader } from "./files/uploader.js";
export { Group } from "./group/group.js";
export {
	type GroupFailure,
	type KeyFailure,
	KeyRotationUnfinished,
	KeysUnusable,
	RotationPending,
} from "./key-errors.js";
export type { SignerPolicy } from "./public-keys/signers.js";
export type { KeyChange, KeyChangePolicy } from "./public-keys/types.js";
export { type LoginUser, SentcClient } from "./sentc.js";
export type { SentcOptions } from "./session/context.js";
export type { SessionLeft } from "./session/jwt.js";
export type { PasswordChangeOptions } from "./session/password.js";
export type { UserSession } from "./session/sessions.js";
export { RefreshTokenNotTaken, SessionsUnsupported } from "./session-errors.js";
export { getStorage, StorageFactory } from "./storage/factory.js";
export { IndexeddbStorage } from "./storage/indexeddb.js";
export { USER_KEY_STORAGE_NAMES } from "./storage/keys.js";
export { MemoryStorage } from "./storage/memory.js";
export type { InitReturn, ResCallBack, StorageInterface, StorageOptions } from "./storage/types.js";
export type {
	CryptoHead,
	DeviceRegisterInput,
	GroupChildrenListItem,
	GroupData,
	GroupInviteListItem,
	GroupJoinReqListItem,
	GroupKey,
	GroupKeySignedBy,
	GroupKeySigner,
	GroupList,
	GroupOutDataHmacKeys,
	GroupOutDataKeys,
	GroupOutDataSortableKeys,
	GroupPublicKeyData,
	GroupUserListItem,
	GroupVerify,
	OtpRegister,
	SignHead,
	UserData,
	UserDeviceKeyData,
	UserDeviceList,
	UserId,
	UserKeyData,
	UserMfaLogin,
	UserPublicKeyData,
} from "./types.js";
export { User } from "./user/user.js";
