import type { Op } from "../algorithms/op.js";
import { ciphertextDecryptor, type DecryptionKey, type EncryptionKey, encryptor } from "../content/cipher.js";
import { formatHead, packHead, parseHead, type SplitData, unpack } from "../content/head.js";
import { signatureTaker, type VerifyOptions } from "../content/signature.js";
import { encodeBase64, parseBase64 } from "../encoding/base64.js";
import { concat, nothing, requireBytes } from "../encoding/bytes.js";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import type { SignatureState } from "../keys/generation.js";
import { signKeys } from "../keys/key-string.js";
import { symmetricSuites } from "../suites.js";

const [symmetricSuite] = symmetricSuites;

interface EncryptOptions {
	key: EncryptionKey;
	/** Sign the ciphertext by this key. */
	signKey?: string;
	/**
	 * Refuse to sign a ciphertext as long as a group key: by a symmetric key, that of 4 bytes. Nothing in the signature tells
	 * one from the other, so whoever has both could pass the ciphertext off as a group key of the signer's. Default false.
	 */
	refuseKeyLength?: boolean;
}

export interface EncryptInput extends EncryptOptions {
	data: Uint8Array;
}

export interface EncryptStringInput extends EncryptOptions {
	text: string;
}

export interface RawEncrypted {
	/** JSON text of {@link EncryptedHead}. */
	head: string;
	/** Ciphertext, with the signature in front when signed. */
	data: Uint8Array;
}

interface DecryptOptions extends VerifyOptions {
	key: DecryptionKey;
}

export interface DecryptRawInput extends DecryptOptions {
	head: string;
	data: Uint8Array;
}

export interface DecryptInput extends DecryptOptions {
	data: Uint8Array;
}

export interface DecryptStringInput extends DecryptOptions {
	/** base64 of head and ciphertext. */
	text: string;
}

export interface Decrypted {
	data: Uint8Array;
	signature: SignatureState;
}

export interface DecryptedText {
	text: string;
	signature: SignatureState;
}

/**
 * Encrypts, then signs the ciphertext; the head is not signed. Head and data apart (protocol/crypto §5.2 and §5.4).
 *
 * @throws CryptoError `KEY_STRING_INVALID`, `JSON_INVALID`, `UNKNOWN_ALGORITHM`, `PEM_INVALID`, `KEY_LENGTH` for a key that is
 * none · `ENCRYPTION_FAILED` for a public key that can't be used · `SIGNED_CONTENT_LENGTH`
 * @example
 * ```ts
 * const { head, data } = await crypto.encryptRaw({ key: { symmetric: groupKey }, data: bytes });
 * const { data: opened } = await crypto.decryptRaw({ key: { symmetric: groupKey }, head, data });
 * ```
 */
export function* encryptRaw(input: EncryptInput): Op<RawEncrypted> {
	return yield* encryptBehind(input, input.data, () => nothing);
}

/** `data` begins with what `frontOf` makes of the head: all of it is one array, as it may have megabytes. */
function* encryptBehind(
	{ key, signKey, refuseKeyLength = false }: EncryptOptions,
	data: Uint8Array,
	frontOf: (head: string) => Uint8Array,
): Op<RawEncrypted> {
	requireBytes(data, "data");
	const { id, run } = encryptor(key);
	const signer = signKey === undefined ? undefined : signKeys.parse(signKey);
	const head = formatHead({ id, sign: signer && { id: signer.id, alg: signer.suite.id } });
	const front = frontOf(head);
	if (signer === undefined) return { head, data: yield* run(data, front) };

	const { suite, bytes } = signer;
	const start = front.length + suite.signatureLength;
	const signed = yield* run(data, concat(front, new Uint8Array(suite.signatureLength)));
	const ciphertext = signed.subarray(start);
	if (refuseKeyLength && ciphertext.length === symmetricSuite.keyLength) throw new CryptoError("SIGNED_CONTENT_LENGTH");
	signed.set(yield* suite.sign(bytes, ciphertext), front.length);
	return { head, data: signed };
}

/**
 * Encrypts; head and data packed into one array (protocol/crypto §5.2).
 *
 * @throws CryptoError like {@link encryptRaw}
 */
export function* encrypt(input: EncryptInput): Op<Uint8Array> {
	return (yield* encryptBehind(input, input.data, packHead)).data;
}

/**
 * Encrypts text; base64 of the packed form (protocol/crypto §5.3).
 *
 * @throws CryptoError like {@link encryptRaw}
 */
export function* encryptString(input: EncryptStringInput): Op<string> {
	const { data } = yield* encryptBehind(input, encodeUtf8(input.text, "text"), packHead);
	return encodeBase64(data);
}

/**
 * Decrypts what {@link encryptRaw} made (protocol/crypto §5.5).
 *
 * @throws CryptoError `DECRYPTION_FAILED` · `WRONG_VERIFY_KEY`, `VERIFICATION_FAILED`, `SIGNATURE_REQUIRED` ·
 * `JSON_INVALID` for the head · `SIGNED_DATA_TOO_SHORT`, `CIPHERTEXT_TOO_SHORT`
 */
export function* decryptRaw(input: DecryptRawInput): Op<Decrypted> {
	const { head, data } = input;
	const decryptSplit = decryptor(input);
	requireBytes(data, "data");
	return yield* decryptSplit({ head: parseHead(head), data });
}

/**
 * Decrypts what {@link encrypt} made. Which key it needs says `readHead`.
 *
 * @throws CryptoError like {@link decryptRaw}
 */
export function* decrypt(input: DecryptInput): Op<Decrypted> {
	const decryptSplit = decryptor(input);
	requireBytes(input.data, "data");
	return yield* decryptSplit(unpack(input.data));
}

/**
 * Decrypts what {@link encryptString} made. Which key it needs says `readHead`.
 *
 * @throws CryptoError like {@link decryptRaw} · `CIPHERTEXT_NOT_BASE64`, `PLAINTEXT_NOT_UTF8`
 */
export function* decryptString(input: DecryptStringInput): Op<DecryptedText> {
	const decryptSplit = decryptor(input);
	const { data, signature } = yield* decryptSplit(unpack(parseBase64(input.text, "CIPHERTEXT_NOT_BASE64")));
	const plaintext = decodeUtf8(data);
	if (plaintext === undefined) throw new CryptoError("PLAINTEXT_NOT_UTF8");
	return { text: plaintext, signature };
}

/** protocol/crypto §5.5. What needs no data is checked at once: the order decides which error a caller sees. */
function decryptor(options: DecryptOptions): (split: SplitData) => Op<Decrypted> {
	const run = ciphertextDecryptor(options.key);
	const takeSignature = signatureTaker(options);
	return function* ({ head: { sign }, data }) {
		const { ciphertext, signature } = yield* takeSignature(sign, data);
		return { data: yield* run(ciphertext), signature };
	};
}
