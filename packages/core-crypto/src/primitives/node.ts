import {
	createCipheriv,
	createDecipheriv,
	createHash,
	createHmac,
	createPrivateKey,
	createPublicKey,
	diffieHellman,
	generateKeyPairSync,
	hkdfSync,
	type KeyObject,
	randomBytes,
	sign,
	verify,
} from "node:crypto";
import { CryptoError, type CryptoErrorCode } from "../errors.js";
import type { KeyPair } from "../lattice/shared.js";
import { createOpe16 } from "../ope/ope16.js";
import { isStrictEd25519Key } from "./ed25519-key.js";
import { noblePrimitives } from "./noble.js";
import { argon2id } from "./node-argon2id.js";
import { createPostQuantum } from "./post-quantum.js";
import type { Primitives } from "./types.js";

type Curve = "X25519" | "Ed25519";

/** PKCS #8 header in front of a raw 32-byte key (RFC 8410 §7). */
const pkcs8Headers: Record<Curve, string> = {
	X25519: "302e020100300506032b656e04220420",
	Ed25519: "302e020100300506032b657004220420",
};

/** Parsing a private key costs ten times its use: the last ones are kept. */
const keptKeys = 16;

const tagLength = 16;
const cipher = "aes-256-gcm";

/** A `Buffer` may be a view of a shared pool and is not what callers expect: they get an array of their own. */
const plain = (buffer: Uint8Array | ArrayBuffer): Uint8Array => new Uint8Array(buffer);

/** A raw key is the end of its DER form (RFC 8410). */
const rawKeyOf = (der: Uint8Array): Uint8Array => plain(der.subarray(-32));

const publicKeyEncoding = { type: "spki", format: "der" } as const;
const privateKeyEncoding = { type: "pkcs8", format: "der" } as const;

interface Generated<PrivateKey> {
	/** DER. */
	publicKey: Uint8Array;
	privateKey: PrivateKey;
}

/** With these encodings the types of Node promise key objects where DER comes. */
const generate = generateKeyPairSync as <PrivateKey>(
	curve: string,
	encodings: { publicKeyEncoding: object; privateKeyEncoding?: object },
) => Generated<PrivateKey>;

/**
 * Keys are encoded while they are generated: in Node 20, exporting a generated key object as JWK can wait forever for
 * itself, when the garbage collector drops the generation's job meanwhile.
 */
function keyPair(curve: Curve): KeyPair {
	const { privateKey, publicKey } = generate<Uint8Array>(curve.toLowerCase(), {
		publicKeyEncoding,
		privateKeyEncoding,
	});
	return { publicKey: rawKeyOf(publicKey), secretKey: rawKeyOf(privateKey) };
}

/** As JWK (RFC 8037), the fastest form to import. */
function importPublicKey(curve: Curve, publicKey: Uint8Array): KeyObject {
	const x = Buffer.from(publicKey).toString("base64url");
	return createPublicKey({ key: { kty: "OKP", crv: curve, x }, format: "jwk" });
}

/** OpenSSL refuses an all-zero result, the only thing that can go wrong. */
function sharedSecret(privateKey: KeyObject, publicKey: Uint8Array, code: CryptoErrorCode): Uint8Array {
	try {
		return plain(diffieHellman({ privateKey, publicKey: importPublicKey("X25519", publicKey) }));
	} catch (cause) {
		throw new CryptoError(code, cause);
	}
}

function aes256GcmSeal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array {
	const sealing = createCipheriv(cipher, key, nonce);
	const sealed = new Uint8Array(plaintext.length + tagLength);
	sealed.set(sealing.update(plaintext));
	sealing.final();
	sealed.set(sealing.getAuthTag(), plaintext.length);
	return sealed;
}

function aes256GcmOpen(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array {
	const length = ciphertext.length - tagLength;
	const opening = createDecipheriv(cipher, key, nonce, { authTagLength: tagLength });
	opening.setAuthTag(ciphertext.subarray(length));
	const opened = plain(opening.update(ciphertext.subarray(0, length)));
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

/** Parsed private keys: remembers the most recently used ones until it is cleared. */
interface PrivateKeys {
	import(curve: Curve, secretKey: Uint8Array): KeyObject;
	clear(): void;
}

function createPrivateKeys(): PrivateKeys {
	const kept = new Map<string, KeyObject>();
	const importKey = (curve: Curve, secretKey: Uint8Array): KeyObject => {
		const der = pkcs8Headers[curve] + Buffer.from(secretKey).toString("hex");
		const key = kept.get(der) ?? createPrivateKey({ key: Buffer.from(der, "hex"), format: "der", type: "pkcs8" });
		kept.delete(der);
		kept.set(der, key);
		const [oldest] = kept.keys();
		if (kept.size > keptKeys && oldest !== undefined) kept.delete(oldest);
		return key;
	};
	return { import: importKey, clear: () => kept.clear() };
}

/**
 * `node:crypto` where it has the algorithm, synchronous and native; the rest is {@link noblePrimitives}. The last private
 * keys stay in memory until `clear`.
 */
export function createPrimitives(): Primitives {
	const privateKeys = createPrivateKeys();
	const native = {
		randomBytes: (length: number) => plain(randomBytes(length)),
		sha256: (data: Uint8Array) => hash("sha256", data),
	};
	const postQuantum = createPostQuantum({
		...native,
		sha512: (data) => hash("sha512", data),
		shake256,
		aes256Blocks,
		publicAes256Blocks: aes256Blocks,
	});
	const ope16 = createOpe16({ sha256: native.sha256, hmacSha256, aes128Blocks });
	const publicKeyOf = (curve: Curve, secretKey: Uint8Array): Uint8Array =>
		rawKeyOf(createPublicKey(privateKeys.import(curve, secretKey)).export(publicKeyEncoding));
	return {
		...noblePrimitives,
		...native,
		...postQuantum,
		argon2id,
		hmacSha256,
		ope16: (key, plaintext) => ope16.encrypt(key, plaintext),
		hkdfSha256: (secret, info, length) => plain(hkdfSync("sha256", secret, new Uint8Array(), info, length)),
		aes256GcmSeal,
		aes256GcmOpen,
		x25519KeyPair: () => keyPair("X25519"),
		x25519PublicKey: (secretKey) => publicKeyOf("X25519", secretKey),
		x25519Encapsulate(publicKey) {
			const ephemeral = generate<KeyObject>("x25519", { publicKeyEncoding });
			return {
				encapsulation: rawKeyOf(ephemeral.publicKey),
				sharedSecret: sharedSecret(ephemeral.privateKey, publicKey, "ENCRYPTION_FAILED"),
			};
		},
		x25519SharedSecret: (secretKey, publicKey) =>
			sharedSecret(privateKeys.import("X25519", secretKey), publicKey, "DECRYPTION_FAILED"),
		ed25519KeyPair: () => keyPair("Ed25519"),
		ed25519PublicKey: (secretKey) => publicKeyOf("Ed25519", secretKey),
		ed25519Sign: (secretKey, message) => plain(sign(null, message, privateKeys.import("Ed25519", secretKey))),
		ed25519Verify: (publicKey, message, signature) =>
			isStrictEd25519Key(publicKey) && verify(null, message, importPublicKey("Ed25519", publicKey), signature),
		clear() {
			privateKeys.clear();
			ope16.clear();
			postQuantum.clear();
		},
	};
}
