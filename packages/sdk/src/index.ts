import { SentcClient } from "./sentc.js";

/** The ready instance of the page. Signatures are checked as the reference client does; see `require_signatures`. */
const Sentc: SentcClient = new SentcClient();
export default Sentc;

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
export { SymKey } from "./content/sym-key.js";
export { createDeviceHandover, readDeviceHandover } from "./devices/device-handover.js";
export {
	AnswerForged,
	DeviceHandoverInvalid,
	type ForgedAnswer,
	KeyChanged,
	type KeyChangedCode,
	KeyNotFound,
	KeyRotationUnfinished,
	MfaRequired,
	NoActualUser,
	NoPermission,
	NotInitialised,
	type SentcErrorCode,
	StorageFailed,
	UnsupportedAccess,
} from "./errors.js";
export { Group } from "./group/group.js";
export type { KeyChange, KeyChangePolicy } from "./public-keys/types.js";
export { createSentc, type LoginUser, SentcClient } from "./sentc.js";
export type { SentcOptions } from "./session/context.js";
export type { SessionLeft } from "./session/jwt.js";
export { getStorage, StorageFactory } from "./storage/factory.js";
export { IndexeddbStorage } from "./storage/indexeddb.js";
export { USER_KEY_STORAGE_NAMES } from "./storage/keys.js";
export { MemoryStorage } from "./storage/memory.js";
export type { InitReturn, ResCallBack, StorageInterface, StorageOptions } from "./storage/types.js";
export type {
	CryptoHead,
	DeviceRegisterInput,
	GroupData,
	GroupInviteListItem,
	GroupKey,
	GroupList,
	GroupOutDataHmacKeys,
	GroupOutDataKeys,
	GroupOutDataSortableKeys,
	GroupPublicKeyData,
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
