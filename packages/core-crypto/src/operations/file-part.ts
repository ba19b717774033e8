import * as z from "zod/mini";
import { open, seal } from "../algorithms/aes-gcm.js";
import { call, type Op, randomBytes } from "../algorithms/op.js";
import {
	type FilePartKey,
	type FilePartPosition,
	formatPartHead,
	parsePartKey,
	partNonce,
	positionOf,
	splitPart,
} from "../content/file-part.js";
import { signatureTaker, type VerifyOptions } from "../content/signature.js";
import { encodeBase64 } from "../encoding/base64.js";
import { requireBytes } from "../encoding/bytes.js";
import { requireShape } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import type { SignatureState } from "../keys/generation.js";
import { partKeys, signKeys } from "../keys/key-string.js";
import { requireKeyLength } from "../keys/wrap.js";
import { findSuite, symmetricSuites } from "../suites.js";

const [newSuite] = symmetricSuites;

/** Of AES-GCM, bytes. */
const TAG_LENGTH = 16;

const flagSchema = z.boolean();
const againSchema = z.optional(z.object({ partKey: z.string(), tag: z.string() }));

interface PartOptions {
	key: FilePartKey;
	/**
	 * In a worker: move the memory of `data` instead of copying it, if the array covers all of it. The caller must not use it any
	 * more. Default false.
	 */
	moveData?: boolean;
}

export interface EncryptFilePartInput extends PartOptions {
	/** A chunk of the file; may be empty. */
	data: Uint8Array;
	/** Does the file end with it? A reader of ours then notices that parts are missing. */
	isLast: boolean;
	/** Sign the ciphertext by this key. */
	signKey?: string;
	/** Like that of `encryptRaw`: don't sign a chunk of 4 bytes. Cut the file elsewhere; readers take chunks of any size. */
	refuseKeyLength?: boolean;
	/**
	 * How the same chunk was encrypted before, where a part got lost and the next ones are stored already: it gets the same key, and only
	 * if its bytes are the same, since two ciphertexts of one key and nonce would tell what they differ in.
	 */
	again?: Pick<EncryptedFilePart, "partKey" | "tag">;
}

export interface EncryptedFilePart {
	/** What is uploaded. */
	part: Uint8Array;
	/** Key string that the next part is encrypted by. */
	partKey: string;
	/** base64 of the authentication tag: of the same chunk with the same key it is the same. */
	tag: string;
}

/**
 * Encrypts one chunk of a file by a new key, which travels in the head of the part, encrypted by the key of the part before
 * (protocol/files §3).
 *
 * @throws CryptoError `KEY_STRING_INVALID`, `SYMMETRIC_KEY_NOT_BASE64`, `KEY_LENGTH` for a key that is none · `SIGNED_CONTENT_LENGTH` ·
 * `FILE_PART_CHANGED`
 * @example
 * ```ts
 * import type { CryptoBackend, FilePartKey } from "@sentc-ts/core-crypto";
 *
 * export async function encryptFile(crypto: CryptoBackend, contentKey: string, chunks: Uint8Array[]): Promise<Uint8Array[]> {
 * 	const parts: Uint8Array[] = [];
 * 	let key: FilePartKey = { contentKey };
 * 	for (const [at, data] of chunks.entries()) {
 * 		const { part, partKey } = await crypto.encryptFilePart({ key, data, isLast: at === chunks.length - 1 });
 * 		parts.push(part);
 * 		key = { partKey };
 * 	}
 * 	return parts;
 * }
 * ```
 */
export function* encryptFilePart({
	key,
	data,
	isLast,
	signKey,
	refuseKeyLength = false,
	again,
}: EncryptFilePartInput): Op<EncryptedFilePart> {
	const previousKey = parsePartKey(key);
	const signer = signKey === undefined ? undefined : signKeys.parse(signKey);
	requireBytes(data, "data");
	const position = requireShape(flagSchema, isLast, "isLast") ? "last" : "not last";

	const { partKey: formerKey, tag: formerTag } = requireShape(againSchema, again, "again") ?? {};
	const partKey = formerKey === undefined ? yield* randomBytes(newSuite.keyLength) : partKeys.parse(formerKey).bytes;
	const sealedKey = yield* seal(previousKey, partKey);
	const nonce = yield* partNonce(partKey, position);
	const sign = signer && { id: signer.id, alg: signer.suite.id };
	const head = encodeUtf8(formatPartHead({ key: encodeBase64(sealedKey), sign, sym_key_alg: newSuite.id }), "head");
	const signatureAt = head.length + 1;
	const encryptedAt = signatureAt + (signer?.suite.signatureLength ?? 0);
	const prefix = new Uint8Array(encryptedAt + nonce.length);
	prefix.set(head);
	prefix.set(nonce, encryptedAt);
	// Encrypted into one array and signed there: a chunk has megabytes.
	const part = yield* call((platform) => platform.aes256GcmSeal(partKey, nonce, data, prefix));
	const tag = encodeBase64(part.subarray(-TAG_LENGTH));
	if (formerTag !== undefined && formerTag !== tag) throw new CryptoError("FILE_PART_CHANGED");
	const encrypted = part.subarray(encryptedAt);
	if (signer && refuseKeyLength && encrypted.length === newSuite.keyLength)
		throw new CryptoError("SIGNED_CONTENT_LENGTH");
	if (signer) part.set(yield* signer.suite.sign(signer.bytes, encrypted), signatureAt);
	return { part, partKey: partKeys.format({ suite: newSuite, id: "", bytes: partKey }), tag };
}

export interface DecryptFilePartInput extends PartOptions, VerifyOptions {
	/** A part as it was uploaded. */
	data: Uint8Array;
}

export interface DecryptedFilePart {
	/** The chunk. */
	data: Uint8Array;
	/** Key string that opens the next part. */
	partKey: string;
	signature: SignatureState;
	/** Whether a part follows. */
	position: FilePartPosition;
}

/**
 * Decrypts one part (protocol/files §3.5). It opens only with the key of the part that was encrypted before it, so a part that was left
 * out, repeated, moved, or taken from another file is a `DECRYPTION_FAILED` here. That the end is missing is for the caller to see:
 * `position` has to be `"last"` for the last part of the list and for no other; files of the reference client don't tell.
 *
 * @throws CryptoError `DECRYPTION_FAILED` · `WRONG_VERIFY_KEY`, `VERIFICATION_FAILED`, `SIGNATURE_REQUIRED`, `SIGNED_DATA_TOO_SHORT` ·
 * `JSON_INVALID`, `CIPHERTEXT_NOT_BASE64`, `UNKNOWN_ALGORITHM` for the head
 */
export function* decryptFilePart({ key, data, ...options }: DecryptFilePartInput): Op<DecryptedFilePart> {
	const previousKey = parsePartKey(key);
	const takeSignature = signatureTaker(options);
	requireBytes(data, "data");
	const part = splitPart(data);
	const opened = yield* open(previousKey, part.sealedKey);
	const suite = findSuite(symmetricSuites, part.head.sym_key_alg);
	const bytes = requireKeyLength(opened, suite.keyLength);
	const { ciphertext, signature } = yield* takeSignature(part.head.sign, part.data);
	return {
		data: yield* open(bytes, ciphertext),
		partKey: partKeys.format({ suite, id: "", bytes }),
		signature,
		position: yield* positionOf(bytes, ciphertext),
	};
}
