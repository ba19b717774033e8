import { open, seal } from "../algorithms/aes-gcm.js";
import type { Op } from "../algorithms/types.js";
import { decodeBase64, encodeBase64 } from "../encoding/base64.js";
import { concat, requireBytes } from "../encoding/bytes.js";
import { requireObject } from "../encoding/json.js";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import { privateKeys, signKeys, symmetricKeys } from "../keys/key-string.js";
import { importPublicKey, importVerifyKeyData, parseUserVerifyKey } from "../keys/public-key.js";
import type { Primitives } from "../primitives/types.js";
import { findSuite, signatureSuites } from "../suites.js";
import type { EncryptedHeadSignature, UserVerifyKeyData } from "../wire/index.js";
import { formatHead, pack, parseHead, unpack } from "./head.js";
import type {
	Decrypted,
	DecryptedText,
	DecryptInput,
	DecryptionKey,
	DecryptRawInput,
	DecryptStringInput,
	EncryptInput,
	EncryptionKey,
	EncryptStringInput,
	RawEncrypted,
	SplitData,
	SplitHeadInput,
	SplitHeadStringInput,
} from "./types.js";

/** Encrypts, then signs the ciphertext; the head is not signed (protocol/crypto §5.2). */
export function* encryptRaw(primitives: Primitives, { key, data, signKey }: EncryptInput): Op<RawEncrypted> {
	requireBytes(data, "data");
	const { id, run } = encryptor(primitives, key);
	const signer = signKey === undefined ? undefined : signKeys.parse(signKey);
	const ciphertext = yield* run(data);
	if (signer === undefined) return { head: formatHead({ id }), data: ciphertext };
	const { suite, bytes } = signer;
	return {
		head: formatHead({ id, sign: { id: signer.id, alg: suite.id } }),
		data: concat(suite.sign(primitives, bytes, ciphertext), ciphertext),
	};
}

export function* encrypt(primitives: Primitives, input: EncryptInput): Op<Uint8Array> {
	const { head, data } = yield* encryptRaw(primitives, input);
	return pack(head, data);
}

export function* encryptString(primitives: Primitives, { text, ...options }: EncryptStringInput): Op<string> {
	return encodeBase64(yield* encrypt(primitives, { ...options, data: encodeUtf8(text, "text") }));
}

export function* decryptRaw(primitives: Primitives, { head, data, ...options }: DecryptRawInput): Op<Decrypted> {
	const decryptSplit = decryptor(primitives, options);
	requireBytes(data, "data");
	return yield* decryptSplit({ head: parseHead(head), data });
}

export function* decrypt(primitives: Primitives, { data, ...options }: DecryptInput): Op<Decrypted> {
	const decryptSplit = decryptor(primitives, options);
	requireBytes(data, "data");
	return yield* decryptSplit(unpack(data));
}

export function* decryptString(primitives: Primitives, { text, ...options }: DecryptStringInput): Op<DecryptedText> {
	const decryptSplit = decryptor(primitives, options);
	const { data, signature } = yield* decryptSplit(unpack(decodeBase64(text, "CIPHERTEXT_NOT_BASE64")));
	const plaintext = decodeUtf8(data);
	if (plaintext === undefined) throw new CryptoError("PLAINTEXT_NOT_UTF8");
	return { text: plaintext, signature };
}

export function splitHead(_: Primitives, { data }: SplitHeadInput): SplitData {
	requireBytes(data, "data");
	return unpack(data);
}

export function splitHeadString(_: Primitives, { text }: SplitHeadStringInput): SplitData {
	return unpack(decodeBase64(text, "CIPHERTEXT_NOT_BASE64"));
}

export interface Encryptor {
	/** Id of the key, for the head. */
	id: string;
	run(data: Uint8Array): Op<Uint8Array>;
}

/** Without a head. */
export function encryptor(primitives: Primitives, key: EncryptionKey): Encryptor {
	requireObject(key, "key");
	if ("symmetric" in key) {
		const { id, bytes } = symmetricKeys.parse(key.symmetric);
		return { id, run: (data) => seal(primitives, bytes, data) };
	}
	const { id, suite, bytes } = importPublicKey(key.publicKey).key;
	return { id, run: (data) => suite.encrypt(primitives, bytes, data) };
}

/**
 * protocol/crypto §5.5. The key and the verify key's JSON are checked at once, the rest when the data is there: the order
 * decides which error a caller sees.
 */
function decryptor(
	primitives: Primitives,
	options: Omit<DecryptRawInput, "head" | "data">,
): (split: SplitData) => Op<Decrypted> {
	const run = ciphertextDecryptor(primitives, options.key);
	const verifyKey = options.verifyKey === undefined ? undefined : parseUserVerifyKey(options.verifyKey);
	return function* ({ head: { sign }, data }) {
		const signature = sign ? (verifyKey ? "verified" : "unverified") : "none";
		if (options.requireSignature && signature !== "verified") throw new CryptoError("SIGNATURE_REQUIRED");
		const ciphertext = sign ? takeSignature(primitives, data, sign, verifyKey) : data;
		return { data: yield* run(ciphertext), signature };
	};
}

/** Reverse of {@link encryptor}. */
export function ciphertextDecryptor(
	primitives: Primitives,
	key: DecryptionKey,
): (ciphertext: Uint8Array) => Op<Uint8Array> {
	requireObject(key, "key");
	if ("symmetric" in key) {
		const { bytes } = symmetricKeys.parse(key.symmetric);
		return (ciphertext) => open(bytes, ciphertext);
	}
	const { suite, bytes } = privateKeys.parse(key.privateKey);
	return (ciphertext) => suite.decrypt(primitives, bytes, ciphertext);
}

/** Cuts the signature off, and checks it when there is a verify key. */
function takeSignature(
	primitives: Primitives,
	signed: Uint8Array,
	sign: EncryptedHeadSignature,
	verifyKeyData: UserVerifyKeyData | undefined,
): Uint8Array {
	const verifyKey = verifyKeyData && importVerifyKeyData(verifyKeyData);
	if (verifyKey && verifyKey.id !== sign.id) throw new CryptoError("WRONG_VERIFY_KEY");
	const { signatureLength } = verifyKey?.suite ?? findSuite(signatureSuites, sign.alg);
	if (signed.length <= signatureLength) throw new CryptoError("SIGNED_DATA_TOO_SHORT");
	const signature = signed.subarray(0, signatureLength);
	const ciphertext = signed.subarray(signatureLength);
	if (verifyKey && !verifyKey.suite.verify(primitives, verifyKey.bytes, ciphertext, signature)) {
		throw new CryptoError("VERIFICATION_FAILED");
	}
	return ciphertext;
}
