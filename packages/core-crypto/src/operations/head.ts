import { concat } from "../encoding/bytes.js";
import { parseJson } from "../encoding/json.js";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import { type EncryptedHead, encryptedHeadSchema } from "../wire/index.js";
import type { SplitData } from "./types.js";

/** Compact JSON in the protocol's field order; `sign` is written as null, not left out (protocol/crypto §5.1). */
export function formatHead({ id, sign }: EncryptedHead): string {
	return JSON.stringify({ id, sign: sign ? { id: sign.id, alg: sign.alg } : null });
}

/** Throws `JSON_INVALID`. */
export function parseHead(text: string): EncryptedHead {
	return parseJson(encryptedHeadSchema, text);
}

/** Head ‖ 0 ‖ data (protocol/crypto §5.2). */
export function pack(head: string, data: Uint8Array): Uint8Array {
	return concat(encodeUtf8(head, "head"), new Uint8Array(1), data);
}

/** The head ends at the first zero byte. Throws `JSON_INVALID`. */
export function unpack(packed: Uint8Array): SplitData {
	const end = packed.indexOf(0);
	const head = end < 0 ? undefined : decodeUtf8(packed.subarray(0, end));
	if (head === undefined) throw new CryptoError("JSON_INVALID");
	return { head: parseHead(head), data: packed.subarray(end + 1) };
}
