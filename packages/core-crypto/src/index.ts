export type { CryptoBackend } from "./backend.js";
export {
	CryptoError,
	type CryptoErrorCode,
	InvalidInput,
	isSentcError,
	SentcError,
	type SentcErrorInit,
} from "./errors.js";
export type * from "./operations/types.js";
export type { Argon2Options, Encapsulated, KeyPair, Primitives } from "./primitives/types.js";
