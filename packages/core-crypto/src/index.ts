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
export type { Operations } from "./operations/operations.js";
export type * from "./operations/types.js";
export type { Argon2Options, Encapsulated, KeyPair, Primitives } from "./primitives/types.js";
export { createWorkerBackend } from "./worker/backend.js";
export { createDefaultBackend } from "./worker/default-backend.js";
export type { NodeWorker, WorkerOptions } from "./worker/types.js";
