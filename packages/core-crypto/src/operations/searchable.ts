import * as z from "zod/mini";
import type { Op } from "../algorithms/op.js";
import { encodeBase64Url } from "../encoding/base64.js";
import { requireShape } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError } from "../errors.js";
import { searchableKeys } from "../keys/key-string.js";

/** Longest text whose prefixes are hashed, bytes; there may be one prefix more. */
const longest = 200;

const flagSchema = z.boolean();
const countSchema = z.optional(z.int().check(z.nonnegative()));

export interface SearchInput {
	/** Searchable key string. */
	key: string;
	text: string;
}

export interface CreateSearchInput extends SearchInput {
	/** One hash, of the whole text: it is found by nothing else. Default false: one hash of each prefix. */
	full?: boolean;
	/** Hash the first `limit + 1` prefixes at most. Default all, up to a text of 200 bytes. */
	limit?: number | undefined;
}

export interface SearchHashes {
	/** base64url of 32 bytes each, shortest prefix first. */
	hashes: string[];
	alg: string;
	/** Id of the searchable key. */
	keyId: string;
}

/**
 * Hashes to store beside encrypted text, so that it is found by its start. Prefixes are cut at bytes of UTF-8, not at characters
 * (protocol/crypto §10.1). What they reveal: docs/leakage.
 *
 * @throws CryptoError `KEY_STRING_INVALID`, `SYMMETRIC_KEY_NOT_BASE64`, `KEY_LENGTH` for a key that is none · `SEARCHABLE_EMPTY`,
 * `SEARCHABLE_TOO_LONG` for more than 200 bytes, of which the limit counts alone
 */
export function* createSearch({ key, text, full = false, limit }: CreateSearchInput): Op<SearchHashes> {
	const { suite, id, bytes: keyBytes } = searchableKeys.parse(key);
	const bytes = encodeUtf8(text, "text");
	const isFull = requireShape(flagSchema, full, "full");
	const most = Math.min(requireShape(countSchema, limit, "limit") ?? bytes.length, bytes.length);
	if (bytes.length === 0) throw new CryptoError("SEARCHABLE_EMPTY");
	if (!isFull && most > longest) throw new CryptoError("SEARCHABLE_TOO_LONG");
	const count = Math.min(bytes.length, most + 1);
	const found = { alg: suite.id, keyId: id };
	if (isFull) return { hashes: [encodeBase64Url(yield* suite.hash(keyBytes, bytes))], ...found };
	const hash = yield* suite.hasher(keyBytes);
	return { hashes: Array.from({ length: count }, (_, i) => encodeBase64Url(hash(bytes.subarray(0, i + 1)))), ...found };
}

/**
 * The hash to search for: it is among those of {@link createSearch} for a text that starts with this one.
 *
 * @returns base64url of 32 bytes
 * @throws CryptoError for a key that is none
 */
export function* search({ key, text }: SearchInput): Op<string> {
	const { suite, bytes } = searchableKeys.parse(key);
	return encodeBase64Url(yield* suite.hash(bytes, encodeUtf8(text, "text")));
}
