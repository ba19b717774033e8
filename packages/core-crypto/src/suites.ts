import { argon2id, newerArgon2id, type PasswordSuite } from "./algorithms/argon2id.js";
import { dilithiumAes } from "./algorithms/dilithium-aes.js";
import { ed25519 } from "./algorithms/ed25519.js";
import { hmacSha256 } from "./algorithms/hmac.js";
import { hybridEncryption } from "./algorithms/hybrid-encryption.js";
import { hybridSignature } from "./algorithms/hybrid-signature.js";
import { kyber90s } from "./algorithms/kyber-90s.js";
import { ope16 } from "./algorithms/ope.js";
import type {
	EncryptionSuite,
	SearchableSuite,
	SecretSuite,
	SignatureSuite,
	SortableSuite,
} from "./algorithms/types.js";
import { x25519Ecies } from "./algorithms/x25519-ecies.js";
import { CryptoError } from "./errors.js";

/** At least one row; new keys use the first. */
type Suites<Suite> = readonly [newKeys: Suite, ...readOnly: Suite[]];

// Every algorithm of the protocol (protocol/crypto §1).
export const encryptionSuites: Suites<EncryptionSuite> = [hybridEncryption, x25519Ecies, kyber90s];
export const signatureSuites: Suites<SignatureSuite> = [hybridSignature, ed25519, dilithiumAes];
export const symmetricSuites: Suites<SecretSuite> = [{ id: "AES-GCM-256", variant: "Aes", keyLength: 32 }];
export const searchableSuites: Suites<SearchableSuite> = [hmacSha256];
export const sortableSuites: Suites<SortableSuite> = [ope16];
export const passwordSuites: Suites<PasswordSuite> = [argon2id];
/** To log in to accounts of newer builds; nothing on the wire tells them apart (protocol/crypto §3.10). */
export const newerPasswordSuites: Suites<PasswordSuite> = [newerArgon2id];

/** The algorithm with this identifier. @throws CryptoError `UNKNOWN_ALGORITHM` */
export function findSuite<Suite extends { id: string }>(suites: readonly Suite[], id: string): Suite {
	const suite = suites.find((candidate) => candidate.id === id);
	if (suite === undefined) throw new CryptoError("UNKNOWN_ALGORITHM");
	return suite;
}
