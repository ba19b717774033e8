import { gcm } from "@noble/ciphers/aes.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { dilithium_v31_aes } from "@noble/post-quantum/ml-dsa";
import { kyber768_90s } from "@noble/post-quantum/ml-kem";
import { concat, equalBytes } from "../encoding/bytes.js";
import { CryptoError, type CryptoErrorCode } from "../errors.js";
import { isStrictEd25519Key } from "./ed25519-key.js";
import type { KeyPair, Primitives } from "./types.js";

const { Point } = ed25519;
const dilithium = dilithium_v31_aes.dilithium3;

/**
 * The post-quantum library zeroes parts of what it is given and needs aligned views: it gets copies
 * (spec crypto §14).
 */
const copy = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

const randomBytes = (length: number): Uint8Array => globalThis.crypto.getRandomValues(new Uint8Array(length));

function x25519KeyPair(): KeyPair {
	const secretKey = randomBytes(32);
	return { publicKey: x25519.getPublicKey(secretKey), secretKey };
}

/** noble throws for an all-zero result, the only thing that can go wrong. */
function sharedSecret(secretKey: Uint8Array, publicKey: Uint8Array, code: CryptoErrorCode): Uint8Array {
	try {
		return x25519.getSharedSecret(secretKey, publicKey);
	} catch (cause) {
		throw new CryptoError(code, cause);
	}
}

function littleEndian(bytes: Uint8Array): bigint {
	return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/**
 * RFC 8032 §5.1.7 with the equation `[S]B − [k]A = R` as compared bytes. noble's own `verify` multiplies by the cofactor
 * and would accept signatures with a component of small order that `node:crypto` and the reference client refuse.
 */
function ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
	if (!isStrictEd25519Key(publicKey)) return false;
	const encodedR = signature.subarray(0, 32);
	const s = littleEndian(signature.subarray(32));
	if (s >= Point.Fn.ORDER) return false;
	try {
		const k = Point.Fn.create(littleEndian(sha512(concat(encodedR, publicKey, message))));
		const r = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(copy(publicKey)).multiplyUnsafe(k));
		return equalBytes(r.toBytes(), encodedR);
	} catch {
		return false; // the key is not a point of the curve
	}
}

/** Pure TypeScript, for every runtime. */
export const noblePrimitives: Primitives = {
	randomBytes,
	sha256: (data) => sha256(data),
	hkdfSha256: (secret, info, length) => hkdf(sha256, secret, undefined, info, length),
	aes256GcmSeal: (key, nonce, plaintext) => gcm(key, nonce).encrypt(plaintext),
	aes256GcmOpen(key, nonce, ciphertext) {
		try {
			return gcm(key, nonce).decrypt(ciphertext);
		} catch (cause) {
			throw new CryptoError("DECRYPTION_FAILED", cause);
		}
	},
	x25519KeyPair,
	x25519Encapsulate(publicKey) {
		const ephemeral = x25519KeyPair();
		return {
			encapsulation: ephemeral.publicKey,
			sharedSecret: sharedSecret(ephemeral.secretKey, publicKey, "ENCRYPTION_FAILED"),
		};
	},
	x25519SharedSecret: (secretKey, publicKey) => sharedSecret(secretKey, publicKey, "DECRYPTION_FAILED"),
	ed25519KeyPair() {
		const secretKey = randomBytes(32);
		return { publicKey: ed25519.getPublicKey(secretKey), secretKey };
	},
	ed25519Sign: (secretKey, message) => ed25519.sign(message, secretKey),
	ed25519Verify,
	argon2id: (password, salt, { memory, iterations, parallelism, length }) =>
		argon2id(password, salt, { m: memory, t: iterations, p: parallelism, dkLen: length, version: 0x13 }),
	kyber768KeyPair: () => kyber768_90s.keygen(randomBytes(64)),
	kyber768Encapsulate(publicKey) {
		const { cipherText, sharedSecret } = kyber768_90s.encapsulate(copy(publicKey), randomBytes(32));
		return { encapsulation: cipherText, sharedSecret };
	},
	kyber768Decapsulate: (secretKey, ciphertext) => kyber768_90s.decapsulate(copy(ciphertext), copy(secretKey)),
	dilithium3KeyPair: () => dilithium.keygen(randomBytes(32)),
	dilithium3Sign: (secretKey, message) => dilithium.sign(copy(secretKey), copy(message), randomBytes(64)),
	dilithium3Verify: (publicKey, message, signature) =>
		dilithium.verify(copy(publicKey), copy(message), copy(signature)),
	clear: () => {},
};

/** The same under the name that every default provider exports. */
export function createPrimitives(): Primitives {
	return noblePrimitives;
}
