export { type CryptoBackend, createInThreadBackend, type InThreadBackendOptions } from "./backend.js";
export { createCrypto } from "./crypto.js";
export {
	CryptoError,
	type CryptoErrorCode,
	InvalidInput,
	isSentcError,
	SentcError,
	type SentcErrorInit,
} from "./errors.js";
export { exportServerPublicKey, exportServerVerifyKey } from "./keys/public-key.js";
export type { SyncCrypto } from "./operations/sync-crypto.js";
export type * from "./operations/types.js";
export type { Argon2Options, Encapsulated, KeyPair, Primitives } from "./primitives/types.js";
