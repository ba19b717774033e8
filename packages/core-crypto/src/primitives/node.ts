import {
	type Cipher,
	createCipheriv,
	createDecipheriv,
	createHash,
	createHmac,
	createPrivateKey,
	createPublicKey,
	type Decipher,
	diffieHellman,
	type KeyObject,
	randomBytes,
	randomFillSync,
	sign,
	verify,
} from "node:crypto";
import { concat, nothing } from "../encoding/bytes.js";
import { createRecentTexts } from "../encoding/recent.js";
import { CryptoError, type CryptoErrorCode } from "../errors.js";
import type { KeyPair } from "../lattice/shared.js";
import { createOpe16 } from "../ope/ope16.js";
import { isStrictPoint } from "./ed25519-points.js";
import { keyedHmacSha256 } from "./keyed-hmac.js";
import { argon2id } from "./node-argon2id.js";
import { createNonces } from "./nonces.js";
import { createPostQuantum } from "./post-quantum.js";
import type { Primitives } from "./types.js";

type Curve = "X25519" | "Ed25519";

/** PKCS #8 header in front of a raw 32-byte key (RFC 8410 §7). */
const pkcs8Headers: Record<Curve, string> = {
	X25519: "302e020100300506032b656e04220420",
	Ed25519: "302e020100300506032b657004220420",
};

const hashLength = 32;
const tagLength = 16;
const cipher = "aes-256-gcm";
/** What one step of a cipher answers fits a cache of the processor: copying it costs less than a page of new memory. */
const stepLength = 128 * 1024;

/** A `Buffer` may be a view of a shared pool and is not what callers expect: they get an array of their own. */
const plain = (buffer: Uint8Array | ArrayBuffer): Uint8Array => new Uint8Array(buffer);

function importPublicKey(curve: Curve, publicKey: Uint8Array): KeyObject {
	return createPublicKey({ key: { kty: "OKP", crv: curve, x: base64Url(publicKey) }, format: "jwk" });
}

/** As JWK (RFC 8037), which Node 20 imports ten times as fast as DER, where its public half need not be told. */
function importPrivateKey(curve: Curve, secretKey: Uint8Array): KeyObject {
	takesSecretHalf ??= isImportedWhole();
	if (takesSecretHalf) return importSecretHalf(curve, secretKey);
	const der = Buffer.concat([Buffer.from(pkcs8Headers[curve], "hex"), secretKey]);
	return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

const importSecretHalf = (curve: Curve, secretKey: Uint8Array): KeyObject =>
	createPrivateKey({ key: { kty: "OKP", crv: curve, x: "", d: base64Url(secretKey) }, format: "jwk" });

/** Newer releases of Node refuse a public half that does not fit, and are as fast with DER. */
let takesSecretHalf: boolean | undefined;

/** Does the public half follow from the secret one? */
function isImportedWhole(): boolean {
	try {
		return publicKeyOf(importSecretHalf("X25519", new Uint8Array(32))).length === 32;
	} catch {
		return false;
	}
}

function base64Url(bytes: Uint8Array): string {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url");
}

/** The public half of an imported key. (Exporting a generated one can wait forever for itself in Node 20.) */
function publicKeyOf(privateKey: KeyObject): Uint8Array {
	return plain(Buffer.from(privateKey.export({ format: "jwk" }).x ?? "", "base64url"));
}

function keyPair(curve: Curve): KeyPair {
	const secretKey = plain(randomBytes(32));
	return { publicKey: publicKeyOf(importPrivateKey(curve, secretKey)), secretKey };
}

/** OpenSSL refuses an all-zero result, the only thing that can go wrong. */
function sharedSecret(privateKey: KeyObject, publicKey: KeyObject, code: CryptoErrorCode): Uint8Array {
	try {
		return plain(diffieHellman({ privateKey, publicKey }));
	} catch (cause) {
		throw new CryptoError(code, cause);
	}
}

/**
 * All of it is written: what is large is not filled with zeros before. Not of the memory that buffers share.
 *
 * @param length bytes
 */
function allocate(length: number): Uint8Array {
	return length < stepLength ? new Uint8Array(length) : new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
}

/** What the cipher makes of the data, in `result` from `offset` on. */
function runCipher(cipher: Cipher | Decipher, data: Uint8Array, result: Uint8Array, offset: number): void {
	for (let at = 0; at < data.length; at += stepLength) {
		result.set(cipher.update(data.subarray(at, at + stepLength)), offset + at);
	}
}

/** What the cipher answers for a single step belongs to nobody else. */
function openWith(opening: Decipher, data: Uint8Array): Uint8Array {
	if (data.length > stepLength) {
		const opened = allocate(data.length);
		runCipher(opening, data, opened, 0);
		return opened;
	}
	const opened = opening.update(data);
	const isAlone = opened.buffer.byteLength === opened.length;
	return isAlone ? new Uint8Array(opened.buffer) : plain(opened);
}

function aes256GcmSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, prefix = nothing): Uint8Array {
	const sealing = createCipheriv(cipher, key, nonce);
	const end = prefix.length + plaintext.length;
	const sealed = allocate(end + tagLength);
	sealed.set(prefix);
	runCipher(sealing, plaintext, sealed, prefix.length);
	sealing.final();
	sealed.set(sealing.getAuthTag(), end);
	return sealed;
}

function aes256GcmOpen(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array {
	const length = ciphertext.length - tagLength;
	const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagLength });
	opening.setAuthTag(ciphertext.subarray(length));
	const opened = openWith(opening, ciphertext.subarray(0, length));
	try {
		opening.final();
	} catch (cause) {
		throw new CryptoError("DECRYPTION_FAILED", cause);
	}
	return opened;
}

function hash(algorithm: string, data: Uint8Array): Uint8Array {
	return plain(createHash(algorithm).update(data).digest());
}

function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
	return plain(createHmac("sha256", key).update(data).digest());
}

/** RFC 5869 with a salt of zeros, from HMAC: that is faster than `hkdfSync`. */
function hkdfSha256(secret: Uint8Array, info: Uint8Array, length: number): Uint8Array {
	const pseudorandomKey = hmacSha256(new Uint8Array(hashLength), secret);
	const output = new Uint8Array(Math.ceil(length / hashLength) * hashLength);
	let block: Uint8Array = nothing;
	for (let at = 0; at < length; at += hashLength) {
		block = hmacSha256(pseudorandomKey, concat(block, info, Uint8Array.of(at / hashLength + 1)));
		output.set(block, at);
	}
	return output.subarray(0, length);
}

function shake256(length: number, ...parts: Uint8Array[]): Uint8Array {
	const state = createHash("shake256", { outputLength: length });
	for (const part of parts) state.update(part);
	return plain(state.digest());
}

function aes256Blocks(key: Uint8Array, blocks: Uint8Array): Uint8Array {
	return createCipheriv("aes-256-ecb", key, null).setAutoPadding(false).update(blocks);
}

function aes128Blocks(key: Uint8Array, blocks: Uint8Array): Uint8Array {
	return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(blocks);
}

/** Keys that are kept of each kind: importing one costs about as much as using it. */
const keptKeys = 16;

/** Imported keys: remembers the most recently used ones until it is cleared. */
interface KeptKeys<Key> {
	get(curve: Curve, key: Uint8Array): Key;
	clear(): void;
}

function keepKeys<Key>(importKey: (curve: Curve, key: Uint8Array) => Key): KeptKeys<Key> {
	const kept = createRecentTexts<Key>(keptKeys);
	return {
		get: (curve, bytes) => kept.get(`${curve}:${base64Url(bytes)}`, () => importKey(curve, bytes)),
		clear: kept.clear,
	};
}

/**
 * `node:crypto` where it has the algorithm, synchronous and native; the rest is TypeScript. The last private
 * keys stay in memory until `clear`.
 */
export function createPrimitives(): Primitives {
	const privateKeys = keepKeys(importPrivateKey);
	const publicKeys = keepKeys(importPublicKey);
	const strictKeys = keepKeys((curve, key) => (isStrictPoint(key) ? importPublicKey(curve, key) : undefined));
	const nonces = createNonces(12, randomFillSync);
	const native = {
		randomBytes: (length: number) => (length === nonces.length ? nonces.take() : plain(randomBytes(length))),
		sha256: (data: Uint8Array) => hash("sha256", data),
	};
	const postQuantum = createPostQuantum({
		...native,
		sha512: (data) => hash("sha512", data),
		shake256,
		aes256Blocks,
		publicAes256Blocks: aes256Blocks,
	});
	const ope16 = createOpe16({ sha256: native.sha256, keyedHmacSha256, aes128Blocks });
	return {
		keyedHmacSha256,
		isNative: true,
		...native,
		...postQuantum,
		argon2id,
		hmacSha256,
		ope16: (key, plaintext) => ope16.encrypt(key, plaintext),
		hkdfSha256,
		aes256GcmSeal,
		aes256GcmOpen,
		x25519KeyPair: () => keyPair("X25519"),
		x25519PublicKey: (secretKey) => publicKeyOf(privateKeys.get("X25519", secretKey)),
		x25519Encapsulate(publicKey) {
			const ephemeral = importPrivateKey("X25519", randomBytes(32));
			return {
				encapsulation: publicKeyOf(ephemeral),
				sharedSecret: sharedSecret(ephemeral, publicKeys.get("X25519", publicKey), "ENCRYPTION_FAILED"),
			};
		},
		x25519SharedSecret: (secretKey, publicKey) =>
			sharedSecret(privateKeys.get("X25519", secretKey), importPublicKey("X25519", publicKey), "DECRYPTION_FAILED"),
		ed25519KeyPair: () => keyPair("Ed25519"),
		ed25519PublicKey: (secretKey) => publicKeyOf(privateKeys.get("Ed25519", secretKey)),
		ed25519Sign: (secretKey, message) => plain(sign(null, message, privateKeys.get("Ed25519", secretKey))),
		ed25519Verify(publicKey, message, signature) {
			const key = strictKeys.get("Ed25519", publicKey);
			return key !== undefined && isStrictPoint(signature.subarray(0, 32)) && verify(null, message, key, signature);
		},
		clear() {
			privateKeys.clear();
			publicKeys.clear();
			strictKeys.clear();
			ope16.clear();
			nonces.clear();
			postQuantum.clear();
		},
	};
}
