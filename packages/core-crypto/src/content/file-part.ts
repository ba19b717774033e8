import { call, type Op } from "../algorithms/op.js";
import { parseBase64 } from "../encoding/base64.js";
import { equalBytes } from "../encoding/bytes.js";
import { parseJson, requireObject } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { partKeys, symmetricKeys } from "../keys/key-string.js";
import { type FilePartHead, filePartHeadSchema } from "../wire/index.js";
import { splitHead } from "./head.js";

/** What opens the key of a part: of the first one the file's content key, of every other one the key of the part before. */
export type FilePartKey = { contentKey: string } | { partKey: string };

/**
 * Is it the last part of its file? `"unmarked"`: made by the reference client, whose parts don't say so.
 */
export type FilePartPosition = "last" | "not last" | "unmarked";

/** The bytes of a key string. @throws CryptoError `KEY_STRING_INVALID`, `SYMMETRIC_KEY_NOT_BASE64`, `KEY_LENGTH` */
export function parsePartKey(key: FilePartKey): Uint8Array {
	requireObject(key, "key");
	return ("contentKey" in key ? symmetricKeys.parse(key.contentKey) : partKeys.parse(key.partKey)).bytes;
}

/** The protocol's order of members; `sign` is written as null, not left out (protocol/files §3.2). */
export function formatPartHead({ key, sign, sym_key_alg }: FilePartHead): string {
	return JSON.stringify({ key, sign: sign ? { id: sign.id, alg: sign.alg } : null, sym_key_alg });
}

export interface SplitPart {
	head: FilePartHead;
	/** The encrypted key of the part. */
	sealedKey: Uint8Array;
	/** Ciphertext, with the signature in front when signed. */
	data: Uint8Array;
}

/** @throws CryptoError `JSON_INVALID`, `CIPHERTEXT_NOT_BASE64` */
export function splitPart(part: Uint8Array): SplitPart {
	const { head: text, data } = splitHead(part);
	const head = parseJson(filePartHeadSchema, text);
	return { head, sealedKey: parseBase64(head.key, "CIPHERTEXT_NOT_BASE64"), data };
}

const nonceLength = 12;
const markers = { last: "sentc-ts file part: last", "not last": "sentc-ts file part: not last" } as const;

/**
 * The nonce of a part says whether another one follows, to who has the part's key: nothing else in a part could say it and be
 * authenticated, and the reference client takes every nonce. The key is new for each part, so a nonce that is made from it is
 * used once. To others it is random.
 */
export function partNonce(partKey: Uint8Array, position: "last" | "not last"): Op<Uint8Array> {
	const info = encodeUtf8(markers[position], "position");
	return call((platform) => platform.hkdfSha256(partKey, info, nonceLength));
}

/** Reverse of {@link partNonce}, for a ciphertext that was authenticated. */
export function* positionOf(partKey: Uint8Array, ciphertext: Uint8Array): Op<FilePartPosition> {
	const nonce = ciphertext.subarray(0, nonceLength);
	for (const position of ["last", "not last"] as const) {
		if (equalBytes(nonce, yield* partNonce(partKey, position))) return position;
	}
	return "unmarked";
}
