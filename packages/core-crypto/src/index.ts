export type { Argon2Options } from "./argon2/argon2id.js";
export type { DecryptionKey, EncryptionKey } from "./content/cipher.js";
export type { FilePartKey, FilePartPosition } from "./content/file-part.js";
export { readHead } from "./content/head.js";
export {
	type CryptoBackend,
	createCrypto,
	createInThreadBackend,
	type InThreadBackendOptions,
	loadCrypto,
	type SyncCrypto,
	sha256,
} from "./crypto.js";
export {
	CryptoError,
	type CryptoErrorCode,
	InvalidInput,
	isSentcError,
	SentcError,
	type SentcErrorInit,
	WorkerError,
	type WorkerErrorCode,
} from "./errors.js";
export type { GroupSigner, SignatureState } from "./keys/generation.js";
export type { OpenedGroupKey } from "./keys/group-keys.js";
export { formatSymmetricKey } from "./keys/key-string.js";
export { isPackedDevice, type NewDevice, packNewDevice, unpackNewDevice } from "./keys/new-device.js";
export type { Opened, UnusableKey } from "./keys/opened.js";
export { exportServerPublicKey, exportServerVerifyKey } from "./keys/public-key.js";
export type { OpenedUserKey } from "./keys/user-keys.js";
export type { Encapsulated, KeyPair } from "./lattice/shared.js";
export type { Credentials } from "./operations/account.js";
export type {
	Decrypted,
	DecryptedText,
	DecryptInput,
	DecryptRawInput,
	DecryptStringInput,
	EncryptInput,
	EncryptStringInput,
	RawEncrypted,
} from "./operations/content.js";
export type {
	ContentKey,
	GenerateContentKeyInput,
	NameContentKeyInput,
	OpenContentKeyInput,
	OpenContentKeysInput,
	OpenedContentKey,
} from "./operations/content-key.js";
export type { OpenedFile, OpenFileInput, PreparedFile, PrepareFileInput } from "./operations/file.js";
export type {
	DecryptedFilePart,
	DecryptFilePartInput,
	EncryptedFilePart,
	EncryptFilePartInput,
} from "./operations/file-part.js";
export type {
	OpenGroupKeysInput,
	OpenHmacKeysInput,
	OpenSortableKeysInput,
	PrepareGroupInput,
	PrepareKeysForNewMemberInput,
	SealedGroupKey,
	SealedHmacKey,
	SealedSortableKey,
} from "./operations/group.js";
export type { AsyncOperations, Operations } from "./operations/index.js";
export type {
	DeriveLoginKeysInput,
	DeviceKeyData,
	LoginKeys,
	OpenDeviceInput,
	OpenedDevice,
	OpenedUser,
	OpenUserInput,
} from "./operations/login.js";
export type { PreparePasswordChangeInput, PreparePasswordResetInput } from "./operations/password.js";
export type {
	CheckKeyPairsInput,
	ExportPublicKeyInput,
	KeyPairs,
	SafetyNumberInput,
	VerifyUserPublicKeyInput,
} from "./operations/public-keys.js";
export type {
	FindRepeatedKeysInput,
	FinishKeyRotationInput,
	GenerationSecrets,
	PrepareKeyRotationInput,
} from "./operations/rotation.js";
export type { CreateSearchInput, SearchHashes, SearchInput } from "./operations/searchable.js";
export type {
	CheckPublicKeyInput,
	CreateLoginChallengeInput,
	CreateSaltInput,
	EncryptEphemeralKeysInput,
	EncryptedEphemeralKey,
	RotationRecipient,
	VerifyAuthKeyInput,
} from "./operations/server.js";
export type { EncryptSortableNumberInput, EncryptSortableStringInput, Sortable } from "./operations/sortable.js";
export type { Primitives } from "./primitives/types.js";
export { createDefaultBackend } from "./worker/default-backend.js";
export type { NodeWorker, WorkerOptions } from "./worker/types.js";
export { createWorkerBackend } from "./worker/worker-backend.js";
