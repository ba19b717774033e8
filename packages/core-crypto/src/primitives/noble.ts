import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { aesBlocks } from "../aes/bitsliced.js";
import { openGcm, sealGcm } from "../aes/gcm.js";
import { aes256BlocksWithTables } from "../aes/tables.js";
import { createArgon2id } from "../argon2/argon2id.js";
import { allocateBlocks } from "../argon2/typescript-blocks.js";
import { concat, equalBytes } from "../encoding/bytes.js";
import { CryptoError, type CryptoErrorCode } from "../errors.js";
import { shake256 } from "../lattice/shake256.js";
import type { KeyPair } from "../lattice/shared.js";
import { createOpe16 } from "../ope/ope16.js";
import { isStrictPoint } from "./ed25519-points.js";
import { keyedHmacSha256 } from "./keyed-hmac.js";
import { createNonces } from "./nonces.js";
import { createPostQuantum } from "./post-quantum.js";
import type { Primitives } from "./types.js";

const { Point } = ed25519;
const nonces = createNonces(12, (bytes) => globalThis.crypto.getRandomValues(bytes));
const randomBytes = (length: number): Uint8Array =>
	length === nonces.length ? nonces.take() : globalThis.crypto.getRandomValues(new Uint8Array(length));

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
	if (!isStrictPoint(publicKey) || !isStrictPoint(signature.subarray(0, 32))) return false;
	const encodedR = signature.subarray(0, 32);
	const s = littleEndian(signature.subarray(32));
	if (s >= Point.Fn.ORDER) return false;
	try {
		const k = Point.Fn.create(littleEndian(sha512(concat(encodedR, publicKey, message))));
		const r = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(new Uint8Array(publicKey)).multiplyUnsafe(k));
		return equalBytes(r.toBytes(), encodedR);
	} catch {
		return false; // the key is not a point of the curve
	}
}

const hmacSha256 = (key: Uint8Array, data: Uint8Array): Uint8Array => hmac(sha256, key, data);

const ope16 = createOpe16({
	sha256: (data) => sha256(data),
	keyedHmacSha256,
	aes128Blocks: aesBlocks,
});

const postQuantum = createPostQuantum({
	randomBytes,
	sha256: (data) => sha256(data),
	sha512: (data) => sha512(data),
	shake256,
	aes256Blocks: aesBlocks,
	publicAes256Blocks: aes256BlocksWithTables,
});

/** Pure TypeScript, for every runtime. */
export const noblePrimitives: Primitives = {
	isNative: false,
	randomBytes,
	sha256: (data) => sha256(data),
	hmacSha256,
	keyedHmacSha256,
	ope16: (key, plaintext) => ope16.encrypt(key, plaintext),
	hkdfSha256: (secret, info, length) => hkdf(sha256, secret, undefined, info, length),
	aes256GcmSeal: sealGcm,
	aes256GcmOpen(key, nonce, ciphertext) {
		const opened = openGcm(key, nonce, ciphertext);
		if (opened === undefined) throw new CryptoError("DECRYPTION_FAILED");
		return opened;
	},
	x25519KeyPair,
	x25519PublicKey: (secretKey) => x25519.getPublicKey(secretKey),
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
	ed25519PublicKey: (secretKey) => ed25519.getPublicKey(secretKey),
	ed25519Sign: (secretKey, message) => ed25519.sign(message, secretKey),
	ed25519Verify,
	argon2id: createArgon2id(allocateBlocks),
	...postQuantum,
	clear() {
		ope16.clear();
		nonces.clear();
		postQuantum.clear();
	},
};

/** The same under the name that every default provider exports. */
export function createPrimitives(): Primitives {
	return noblePrimitives;
}
