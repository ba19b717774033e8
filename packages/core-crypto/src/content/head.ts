import { parseBase64 } from "../encoding/base64.js";
import { concat, requireBytes } from "../encoding/bytes.js";
import { parseJson } from "../encoding/json.js";
import { createRecentTexts, type RecentTexts } from "../encoding/recent.js";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import { type EncryptedHead, encryptedHeadSchema } from "../wire/index.js";

export interface SplitData {
	head: Readonly<EncryptedHead>;
	/** What follows the head: ciphertext, with the signature in front when signed. */
	data: Uint8Array;
}

// Heads come again, as those of one key differ in their signatures alone; checking one takes a third of the time of a short text.
const recentHeads = createRecentTexts<EncryptedHead>(16);
const recentFronts = createRecentTexts<Uint8Array>(16);
/** Characters of a head that is kept: most have some 200. */
const longestKept = 1024;

function remembered<T>(texts: RecentTexts<T>, text: string, compute: () => T): T {
	return typeof text === "string" && text.length <= longestKept ? texts.get(text, compute) : compute();
}

/** Compact JSON in the protocol's field order; `sign` is written as null, not left out (protocol/crypto §5.1). */
export function formatHead({ id, sign }: EncryptedHead): string {
	return JSON.stringify({ id, sign: sign ? { id: sign.id, alg: sign.alg } : null });
}

/** What it answers must not be changed. @throws CryptoError `JSON_INVALID` */
export function parseHead(text: string): Readonly<EncryptedHead> {
	return remembered(recentHeads, text, () => parseJson(encryptedHeadSchema, text));
}

/** What comes before the data: head ‖ 0 (protocol/crypto §5.2). What it answers must not be changed. */
export function packHead(head: string): Uint8Array {
	return remembered(recentFronts, head, () => encodeUtf8(`${head}\0`, "head"));
}

/** @throws CryptoError `JSON_INVALID` */
export function unpack(packed: Uint8Array): SplitData {
	const { head, data } = splitHead(packed);
	return { head: parseHead(head), data };
}

/** The text of a head and what follows it: it ends at the first zero byte. @throws CryptoError `JSON_INVALID` */
export function splitHead(packed: Uint8Array): { head: string; data: Uint8Array } {
	const end = packed.indexOf(0);
	const head = end < 0 ? undefined : decodeUtf8(packed.subarray(0, end));
	if (head === undefined) throw new CryptoError("JSON_INVALID");
	return { head, data: packed.subarray(end + 1) };
}

/**
 * Reads the head of encrypted content, to find out which key opens it. Of a text no more is decoded than the head needs.
 *
 * @param packed what `encrypt` or `encryptString` answered
 * @throws CryptoError `JSON_INVALID` without a head, `CIPHERTEXT_NOT_BASE64`
 * @throws InvalidInput when it is neither bytes nor text
 */
export function readHead(packed: Uint8Array | string): EncryptedHead {
	if (typeof packed !== "string") requireBytes(packed, "packed");
	const { id, sign } = unpack(typeof packed === "string" ? decodeStart(packed) : packed).head;
	return { id, ...(sign !== undefined && { sign: sign && { ...sign } }) };
}

/** Most heads fit one step; a multiple of 4, where base64 can be cut. */
const step = 256;

/** The bytes of a base64 text up to the first zero byte and a little further, or all. */
function decodeStart(text: string): Uint8Array {
	const parts: Uint8Array[] = [];
	for (let at = 0; at < text.length; at += step) {
		const part = text.slice(at, at + step);
		const isLast = at + step >= text.length;
		if (!isLast && part.includes("=")) throw new CryptoError("CIPHERTEXT_NOT_BASE64");
		const bytes = parseBase64(part, "CIPHERTEXT_NOT_BASE64");
		parts.push(bytes);
		if (bytes.includes(0)) break;
	}
	return concat(...parts);
}
