import type { SignatureSuite } from "../algorithms/types.js";
import { decodeBase64, encodeBase64 } from "../encoding/base64.js";
import { formatHalves, halfLengths, parseHalves } from "./halves.js";

const length = (suite: SignatureSuite): number => suite.signatureLength;

/** base64, or for hybrids `{"x": base64, "k": base64}` (protocol/crypto §2). */
export function formatSignature(suite: SignatureSuite, signature: Uint8Array): string {
	return formatHalves(signature, halfLengths(suite, length), encodeBase64);
}

/** Reverse of {@link formatSignature}. Throws `JSON_INVALID`, `SIGNATURE_NOT_BASE64`, `KEY_LENGTH`. */
export function parseSignature(suite: SignatureSuite, text: string): Uint8Array {
	return parseHalves(text, halfLengths(suite, length), (half) => decodeBase64(half, "SIGNATURE_NOT_BASE64"));
}
