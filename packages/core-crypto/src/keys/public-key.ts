import type { EncryptionSuite, KeyLayout, KeyPairSuite, SignatureSuite } from "../algorithms/types.js";
import { parseJson, requireShape } from "../encoding/json.js";
import { decodePem, encodePem } from "../encoding/pem.js";
import { CryptoError } from "../errors.js";
import { encryptionSuites, findSuite, signatureSuites } from "../suites.js";
import {
	type ExportedPublicKey,
	type ExportedVerifyKey,
	exportedPublicKeySchema,
	exportedVerifyKeySchema,
	type Optional,
	type PublicKeyOut,
	publicKeyOutSchema,
	type VerifyKeyOut,
	verifyKeyOutSchema,
} from "../wire/index.js";
import { formatHalves, type HalfLengths, halfLengths, parseHalves } from "./halves.js";
import { type Key, remembering } from "./key-string.js";

type Layout<Suite> = KeyLayout & Pick<KeyPairSuite, "isPublicKey"> & { halves?: readonly [Suite, Suite] };

const lengths = <Suite extends Layout<Suite>>(suite: Suite): HalfLengths =>
	halfLengths(suite, (half) => half.publicKeyLength);

/** PEM, or for hybrids `{"x": PEM, "k": PEM}` (protocol/crypto §2). */
export function formatPublicKeyText<Suite extends Layout<Suite>>(suite: Suite, publicKey: Uint8Array): string {
	return formatHalves(publicKey, lengths(suite), encodePem);
}

/**
 * Reverse of {@link formatPublicKeyText}.
 *
 * @throws CryptoError `UNKNOWN_ALGORITHM`, `JSON_INVALID`, `PEM_INVALID`, `KEY_LENGTH`, `PUBLIC_KEY_INVALID`
 */
export function parsePublicKeyText<Suite extends Layout<Suite>>(
	suites: readonly Suite[],
	algorithm: string,
	text: string,
	id: string,
): Key<Suite> {
	const suite = findSuite(suites, algorithm);
	const bytes = parseHalves(text, lengths(suite), decodePem);
	if (suite.isPublicKey?.(bytes) === false) throw new CryptoError("PUBLIC_KEY_INVALID");
	return { suite, id, bytes };
}

/** JSON text of {@link ExportedPublicKey}, with both signature members present. */
export function formatExportedPublicKey(
	key: Key<EncryptionSuite>,
	signature?: Optional<string>,
	signatureKeyId?: Optional<string>,
): string {
	return publicKeyJson({
		public_key_pem: formatPublicKeyText(key.suite, key.bytes),
		public_key_alg: key.suite.id,
		public_key_id: key.id,
		public_key_sig: signature,
		public_key_sig_key_id: signatureKeyId,
	});
}

function publicKeyJson(data: ExportedPublicKey): string {
	const { public_key_pem, public_key_alg, public_key_id } = data;
	return JSON.stringify({
		public_key_pem,
		public_key_alg,
		public_key_id,
		public_key_sig: data.public_key_sig ?? null,
		public_key_sig_key_id: data.public_key_sig_key_id ?? null,
	});
}

/** An exported public key, and the signature that it came with. */
interface SignedPublicKey {
	key: Key<EncryptionSuite>;
	signature: Optional<string>;
}

/** @throws CryptoError `JSON_INVALID` and what {@link parsePublicKeyText} throws */
export const parseExportedPublicKey: (exported: string) => SignedPublicKey = remembering((exported) => {
	const data = parseJson(exportedPublicKeySchema, exported);
	return {
		key: parsePublicKeyText(encryptionSuites, data.public_key_alg, data.public_key_pem, data.public_key_id),
		signature: data.public_key_sig,
	};
});

/** JSON text of {@link ExportedVerifyKey}. */
export function formatExportedVerifyKey(key: Key<SignatureSuite>): string {
	return verifyKeyJson({
		verify_key_pem: formatPublicKeyText(key.suite, key.bytes),
		verify_key_alg: key.suite.id,
		verify_key_id: key.id,
	});
}

function verifyKeyJson({ verify_key_pem, verify_key_alg, verify_key_id }: ExportedVerifyKey): string {
	return JSON.stringify({ verify_key_pem, verify_key_alg, verify_key_id });
}

/** First half of {@link parseExportedVerifyKey}: the JSON alone. @throws CryptoError `JSON_INVALID` */
export const readExportedVerifyKey: (exported: string) => ExportedVerifyKey = remembering((exported) =>
	parseJson(exportedVerifyKeySchema, exported),
);

/** @throws CryptoError `JSON_INVALID` and what {@link parsePublicKeyText} throws */
export const parseExportedVerifyKey: (exported: string) => Key<SignatureSuite> = remembering((exported) => {
	const { verify_key_alg, verify_key_id, verify_key_pem } = readExportedVerifyKey(exported);
	return parsePublicKeyText(signatureSuites, verify_key_alg, verify_key_pem, verify_key_id);
});

/**
 * Exported public key of a server's answer (protocol/crypto §4). The key itself is only looked at when it is used.
 *
 * @throws InvalidInput naming the member
 */
export function exportServerPublicKey(answer: PublicKeyOut): string {
	const { public_key, ...others } = requireShape(publicKeyOutSchema, answer, "publicKey");
	return publicKeyJson({ ...others, public_key_pem: public_key });
}

/** Exported verify key of a server's answer (protocol/crypto §4). @throws InvalidInput naming the member */
export function exportServerVerifyKey(answer: VerifyKeyOut): string {
	const { verify_key, ...others } = requireShape(verifyKeyOutSchema, answer, "verifyKey");
	return verifyKeyJson({ ...others, verify_key_pem: verify_key });
}
