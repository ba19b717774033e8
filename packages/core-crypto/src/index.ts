export {
	type AsyncOperations,
	type CryptoBackend,
	createInThreadBackend,
	type InThreadBackendOptions,
} from "./backend.js";
export { createCrypto, type SyncCrypto } from "./crypto.js";
export { sha256 } from "./digest.js";
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
export { exportServerPublicKey, exportServerVerifyKey } from "./keys/public-key.js";
export type { OpenGroupKeysInput, SealedGroupKey } from "./operations/group.js";
export { readHead } from "./operations/head.js";
export type { CheckKeyPairsInput, KeyPairs } from "./operations/key-pair.js";
export type { GroupSigner } from "./operations/new-group.js";
export type { Operations } from "./operations/operations.js";
export type { FinishKeyRotationInput, PrepareKeyRotationInput } from "./operations/rotation.js";
export type {
	OpenHmacKeysInput,
	OpenSortableKeysInput,
	SealedHmacKey,
	SealedSortableKey,
} from "./operations/search-keys.js";
export type { EncryptEphemeralKeysInput, EncryptedEphemeralKey, RotationRecipient } from "./operations/server.js";
export type * from "./operations/types.js";
export type { OpenedUser, OpenUserInput } from "./operations/user-keys.js";
export type { Argon2Options, Encapsulated, KeyPair, Primitives } from "./primitives/types.js";
export { createWorkerBackend } from "./worker/backend.js";
export { createDefaultBackend } from "./worker/default-backend.js";
export type { NodeWorker, WorkerOptions } from "./worker/types.js";
