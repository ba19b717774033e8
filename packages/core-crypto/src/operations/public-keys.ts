import * as z from "zod/mini";
import { type Op, sha256 } from "../algorithms/op.js";
import { encodeBase64Url } from "../encoding/base64.js";
import { concat } from "../encoding/bytes.js";
import { requireShape } from "../encoding/json.js";
import { encodeUtf8 } from "../encoding/utf8.js";
import { parseSignature } from "../keys/halves.js";
import { privateKeys, signKeys } from "../keys/key-string.js";
import { requirePair } from "../keys/pair.js";
import {
	formatExportedPublicKey,
	parseExportedPublicKey,
	parseExportedVerifyKey,
	parsePublicKeyText,
} from "../keys/public-key.js";
import { encryptionSuites } from "../suites.js";

/** Both pairs of a device or of a generation of user keys, the one of a generation of group keys. */
export interface KeyPairs {
	privateKey: string;
	/** Exported public key. */
	publicKey: string;
	/** With `verifyKey`, or neither. */
	signKey?: string;
	/** Exported verify key. */
	verifyKey?: string;
}

export interface CheckKeyPairsInput {
	pairs: KeyPairs[];
}

const pairsSchema = z.array(
	z.object({
		privateKey: z.string(),
		publicKey: z.string(),
		signKey: z.optional(z.string()),
		verifyKey: z.optional(z.string()),
	}),
);

/**
 * Do the public keys, which come from the API, belong to the secret ones? With others the API could have the user encrypt for
 * it, and pass its signatures off as the user's.
 *
 * @throws CryptoError `KEY_PAIR_MISMATCH` when one does not · `KEY_STRING_INVALID`, `JSON_INVALID` for a key that is none, and for
 * half of a sign pair
 */
export function* checkKeyPairs({ pairs }: CheckKeyPairsInput): Op<void> {
	for (const { privateKey, publicKey, signKey, verifyKey } of requireShape(pairsSchema, pairs, "pairs")) {
		yield* requirePair(privateKeys.parse(privateKey), parseExportedPublicKey(publicKey).key);
		if (signKey === undefined && verifyKey === undefined) continue;
		yield* requirePair(signKeys.parse(signKey ?? ""), parseExportedVerifyKey(verifyKey ?? ""));
	}
}

export interface ExportPublicKeyInput {
	/** PEM, or for hybrid algorithms the JSON text `{"x": PEM, "k": PEM}`. */
	publicKeyString: string;
	algorithm: string;
	/** Becomes `public_key_id`; for a new device its device id. */
	id: string;
}

/**
 * Public key of a device as exported public key, with null signature members (protocol/crypto §6.2).
 *
 * @throws CryptoError `UNKNOWN_ALGORITHM`, `JSON_INVALID`, `PEM_INVALID`, `KEY_LENGTH`, `PUBLIC_KEY_INVALID`
 */
export function exportPublicKey({ publicKeyString, algorithm, id }: ExportPublicKeyInput): string {
	requireShape(z.string(), id, "id");
	return formatExportedPublicKey(parsePublicKeyText(encryptionSuites, algorithm, publicKeyString, id));
}

export interface VerifyUserPublicKeyInput {
	/** Exported verify key. */
	verifyKey: string;
	/** Exported public key. */
	publicKey: string;
}

/**
 * Is the public key signed by the verify key? False when it has no signature (protocol/crypto §6.6).
 *
 * @throws CryptoError `JSON_INVALID`, `UNKNOWN_ALGORITHM`, `PEM_INVALID`, `KEY_LENGTH`, `SIGNATURE_NOT_BASE64`
 */
export function* verifyUserPublicKey(input: VerifyUserPublicKeyInput): Op<boolean> {
	const { suite, bytes } = parseExportedVerifyKey(input.verifyKey);
	const { key, signature } = parseExportedPublicKey(input.publicKey);
	if (typeof signature !== "string") return false;
	return yield* suite.verify(bytes, key.bytes, parseSignature(suite, signature));
}

export interface SafetyNumberInput {
	/** Exported verify key of the first user. */
	verifyKey1: string;
	userId1: string;
	/** Exported verify key of the second user; both second members or neither. */
	verifyKey2?: string;
	userId2?: string;
}

interface Person {
	verifyKey: Uint8Array;
	id: Uint8Array;
}

/**
 * 43 characters for two people to compare (protocol/crypto §6.7). Both get the same: they are ordered by the UTF-8 bytes of their
 * ids.
 *
 * @throws CryptoError for a verify key that is none, like {@link verifyUserPublicKey}
 */
export function* createSafetyNumber({ verifyKey1, userId1, verifyKey2, userId2 }: SafetyNumberInput): Op<string> {
	const people: Person[] = [
		{ verifyKey: parseExportedVerifyKey(verifyKey1).bytes, id: encodeUtf8(userId1, "userId1") },
	];
	if (verifyKey2 !== undefined && userId2 !== undefined) {
		people.unshift({ verifyKey: parseExportedVerifyKey(verifyKey2).bytes, id: encodeUtf8(userId2, "userId2") });
		people.sort((a, b) => compareBytes(a.id, b.id)); // stable: with equal ids the second person stays in front
	}
	return encodeBase64Url(yield* sha256(concat(...people.flatMap(({ verifyKey, id }) => [verifyKey, id]))));
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
	const shared = Math.min(a.length, b.length);
	for (let i = 0; i < shared; i++) {
		const difference = (a[i] ?? 0) - (b[i] ?? 0);
		if (difference !== 0) return difference;
	}
	return a.length - b.length;
}
