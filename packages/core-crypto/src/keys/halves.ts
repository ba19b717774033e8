import * as z from "zod/mini";
import type { SignatureSuite } from "../algorithms/types.js";
import { encodeBase64, parseBase64 } from "../encoding/base64.js";
import { concat } from "../encoding/bytes.js";
import { parseJson } from "../encoding/json.js";
import { CryptoError } from "../errors.js";

/** Lengths of one kind of object (public key, signature) of a hybrid, `[x, k]`, or of a single algorithm. */
export type HalfLengths = readonly [x: number, k: number] | readonly [only: number];

const halvesSchema: z.ZodMiniType<{ x: string; k: string }> = z.object({ x: z.string(), k: z.string() });

/** Lengths of a suite's halves, or of the whole when it is not a hybrid. */
export function halfLengths<Suite extends { halves?: readonly [Suite, Suite] }>(
	suite: Suite,
	length: (suite: Suite) => number,
): HalfLengths {
	return suite.halves ? [length(suite.halves[0]), length(suite.halves[1])] : [length(suite)];
}

/** Text of public bytes: `{"x":"…","k":"…"}` for hybrids, else the bare encoding (protocol/crypto §2). */
export function formatHalves(bytes: Uint8Array, lengths: HalfLengths, encode: (half: Uint8Array) => string): string {
	if (lengths.length === 1) return encode(bytes);
	return JSON.stringify({ x: encode(bytes.subarray(0, lengths[0])), k: encode(bytes.subarray(lengths[0])) });
}

/** Reverse of {@link formatHalves}. @throws CryptoError `JSON_INVALID`, what `decode` throws, `KEY_LENGTH` */
export function parseHalves(text: string, lengths: HalfLengths, decode: (half: string) => Uint8Array): Uint8Array {
	if (lengths.length === 1) return joinHalves([decode(text)], lengths);
	const { x, k } = parseJson(halvesSchema, text);
	return joinHalves([decode(x), decode(k)], lengths);
}

/** Joins decoded halves after a check of their lengths. @throws CryptoError `KEY_LENGTH` */
export function joinHalves(halves: Uint8Array[], lengths: HalfLengths): Uint8Array {
	if (halves.some((half, i) => half.length !== lengths[i])) throw new CryptoError("KEY_LENGTH");
	return concat(...halves);
}

const signatureLength = (suite: SignatureSuite): number => suite.signatureLength;

/** base64, or for hybrids `{"x": base64, "k": base64}` (protocol/crypto §2). */
export function formatSignature(suite: SignatureSuite, signature: Uint8Array): string {
	return formatHalves(signature, halfLengths(suite, signatureLength), encodeBase64);
}

/** Reverse of {@link formatSignature}. @throws CryptoError `JSON_INVALID`, `SIGNATURE_NOT_BASE64`, `KEY_LENGTH` */
export function parseSignature(suite: SignatureSuite, text: string): Uint8Array {
	return parseHalves(text, halfLengths(suite, signatureLength), (half) => parseBase64(half, "SIGNATURE_NOT_BASE64"));
}
