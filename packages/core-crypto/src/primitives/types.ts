import type { Argon2Options } from "../argon2/argon2id.js";
import type { Encapsulated, KeyPair } from "../lattice/shared.js";

/**
 * The algorithms everything else is built from: synchronous functions over bytes. Callers guarantee the lengths of keys,
 * nonces and signatures; arguments are never changed. Private keys may be kept until `clear`.
 */
export interface Primitives {
	/** Are AES-256-GCM and the curves those of the platform? Then WebCrypto, which is the same code behind a promise, is worth it for large data only. */
	readonly isNative: boolean;

	randomBytes(length: number): Uint8Array;

	/** FIPS 180-4. */
	sha256(data: Uint8Array): Uint8Array;

	/** RFC 2104 with SHA-256. */
	hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;

	/** The same for many short messages; what it answers holds what follows from the key, of at most 64 bytes. */
	keyedHmacSha256(key: Uint8Array): (data: Uint8Array) => Uint8Array;

	/** RFC 5869 with SHA-256 and without salt. */
	hkdfSha256(secret: Uint8Array, info: Uint8Array, length: number): Uint8Array;

	/** NIST SP 800-38D, 32-byte key, 12-byte nonce. Returns prefix ‖ ciphertext ‖ 16-byte tag. */
	aes256GcmSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, prefix?: Uint8Array): Uint8Array;

	/** Opens ciphertext ‖ tag (at least 16 bytes). @throws CryptoError `DECRYPTION_FAILED` */
	aes256GcmOpen(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array;

	/** Order-preserving encryption of 0 to 65534 by a 16-byte key (protocol/crypto §10.4). */
	ope16(key: Uint8Array, plaintext: number): number;

	/** RFC 7748. */
	x25519KeyPair(): KeyPair;

	x25519PublicKey(secretKey: Uint8Array): Uint8Array;

	/** Ephemeral Diffie-Hellman. @throws CryptoError `ENCRYPTION_FAILED` when the shared secret is zero */
	x25519Encapsulate(publicKey: Uint8Array): Encapsulated;

	/** RFC 7748 §6.1. @throws CryptoError `DECRYPTION_FAILED` when the shared secret is zero */
	x25519SharedSecret(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array;

	/** RFC 8032 §5.1; the secret key is the 32-byte seed. */
	ed25519KeyPair(): KeyPair;

	ed25519PublicKey(secretKey: Uint8Array): Uint8Array;

	ed25519Sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array;

	/**
	 * RFC 8032 §5.1.7 without cofactor; refuses S ≥ L, and keys and R that are not canonically encoded or of small order.
	 */
	ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

	/** RFC 9106, version 0x13, one lane, no secret, no associated data. The salt has at least 8 bytes. */
	argon2id(password: Uint8Array, salt: Uint8Array, options: Argon2Options): Uint8Array;

	/** Kyber round 3, parameter set 768, "90s" variant (protocol/crypto §3.3). */
	kyber768KeyPair(): KeyPair;

	/** The copy that a secret key has of it. */
	kyber768PublicKey(secretKey: Uint8Array): Uint8Array;

	kyber768Encapsulate(publicKey: Uint8Array): Encapsulated;

	kyber768Decapsulate(secretKey: Uint8Array, ciphertext: Uint8Array): Uint8Array;

	/** Dilithium round 3, version 3.1, mode 3, AES variant (protocol/crypto §3.6). */
	dilithium3KeyPair(): KeyPair;

	/** `undefined` for a secret key that has another hash of it, or other low bits. */
	dilithium3PublicKey(secretKey: Uint8Array): Uint8Array | undefined;

	/** Hedged: from randomness, the secret key and the message. */
	dilithium3Sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array;

	dilithium3Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;

	/** Forgets every key that a provider keeps to be faster the next time. */
	clear(): void;
}

/** Names of those that WebCrypto has, too. */
type Web = Extract<keyof Primitives, `aes256Gcm${string}` | `x25519${string}` | `ed25519${string}`>;

/** Those that WebCrypto has, too: they may answer later. */
export type WebPrimitives = {
	readonly [Name in Web]: (
		...input: Parameters<Primitives[Name]>
	) => ReturnType<Primitives[Name]> | Promise<ReturnType<Primitives[Name]>>;
};

/** {@link Primitives} some of which may answer later. */
export type Platform = Omit<Primitives, Web> & WebPrimitives;
