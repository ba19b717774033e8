import * as z from "zod/mini";
import type { Op } from "../algorithms/op.js";
import { requireShape } from "../encoding/json.js";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.js";
import { CryptoError, InvalidInput } from "../errors.js";
import { sortableKeys } from "../keys/key-string.js";

/** Bytes of a text that decide. */
const textLength = 4;
const padding = "*".charCodeAt(0);
/** So many texts get the same number. */
const textsPerNumber = 65_534;

const integerSchema = z.int();

export interface EncryptSortableNumberInput {
	/** Sortable key string. */
	key: string;
	/** An integer from 0 to 65532. */
	number: number;
}

export interface EncryptSortableStringInput {
	/** Sortable key string. */
	key: string;
	/** Its first four bytes decide. */
	text: string;
}

/** A number to sort by. */
export interface Sortable {
	/** An integer from 0 to 2^32 − 2. */
	number: number;
	alg: string;
	/** Id of the sortable key. */
	keyId: string;
}

/**
 * Encrypts a number so that the order stays: of two numbers by one key, the larger one gives the larger result (protocol/crypto
 * §10.2). It can't be decrypted, but about half of its bits are plain to see: docs/leakage.
 *
 * @throws CryptoError `SORTABLE_TOO_LARGE` for a negative number, too, as the reference client has it · `KEY_STRING_INVALID`,
 * `SYMMETRIC_KEY_NOT_BASE64`, `KEY_LENGTH` for a key that is none
 */
export function* encryptSortableNumber({ key, number }: EncryptSortableNumberInput): Op<Sortable> {
	const { suite, id, bytes } = sortableKeys.parse(key);
	const plaintext = requireShape(integerSchema, number, "number");
	if (plaintext < 0 || plaintext > suite.largest) throw new CryptoError("SORTABLE_TOO_LARGE");
	return { number: yield* suite.encrypt(bytes, plaintext), alg: suite.id, keyId: id };
}

/**
 * Encrypts the start of a text as a number to sort by. Texts of ASCII come into their order, as far as their first four characters
 * tell them apart; others, of which each character counts as one byte, come too early (protocol/crypto §10.3).
 *
 * @throws InvalidInput `text` when its fourth byte is within a character
 * @throws CryptoError like {@link encryptSortableNumber}
 */
export function* encryptSortableString({ key, text }: EncryptSortableStringInput): Op<Sortable> {
	return yield* encryptSortableNumber({ key, number: numberOf(text) });
}

function numberOf(text: string): number {
	const start = new Uint8Array(textLength).fill(padding);
	start.set(encodeUtf8(text, "text").subarray(0, textLength));
	const characters = decodeUtf8(start);
	if (characters === undefined) throw new InvalidInput("text", "must not have a character across its fourth byte");
	const value = Array.from(characters).reduce((sum, character) => sum * 256 + (character.codePointAt(0) ?? 0), 0);
	return Math.floor(value / textsPerNumber);
}
