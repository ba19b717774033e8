import type { Op } from "../algorithms/op.js";
import { CryptoError } from "../errors.js";
import type { SignatureState } from "../keys/generation.js";
import { parseExportedVerifyKey, readExportedVerifyKey } from "../keys/public-key.js";
import { findSuite, signatureSuites } from "../suites.js";
import type { EncryptedHeadSignature, Optional } from "../wire/index.js";

export interface VerifyOptions {
	/** Exported verify key of the signer. */
	verifyKey?: string;
	/** Refuse data whose signature was not verified. Default false. */
	requireSignature?: boolean;
}

/** What is left of signed data, and what its signature proves. */
export interface TakenSignature {
	ciphertext: Uint8Array;
	signature: SignatureState;
}

/**
 * Cuts the signature off that a head names, and checks it when there is a verify key (protocol/crypto §5.5). The verify key's JSON is
 * checked at once.
 *
 * @throws CryptoError `JSON_INVALID`, when called `SIGNATURE_REQUIRED`, `WRONG_VERIFY_KEY`, `UNKNOWN_ALGORITHM`,
 * `SIGNED_DATA_TOO_SHORT`, `VERIFICATION_FAILED`
 */
export function signatureTaker(
	options: VerifyOptions,
): (sign: Optional<EncryptedHeadSignature>, data: Uint8Array) => Op<TakenSignature> {
	const { verifyKey } = options;
	if (verifyKey !== undefined) readExportedVerifyKey(verifyKey);
	return function* (sign, data) {
		const signature = sign ? (verifyKey === undefined ? "unverified" : "verified") : "none";
		if (options.requireSignature && signature !== "verified") throw new CryptoError("SIGNATURE_REQUIRED");
		return { ciphertext: sign ? yield* takeSignature(data, sign, verifyKey) : data, signature };
	};
}

function* takeSignature(
	signed: Uint8Array,
	sign: EncryptedHeadSignature,
	exportedVerifyKey: string | undefined,
): Op<Uint8Array> {
	const verifyKey = exportedVerifyKey === undefined ? undefined : parseExportedVerifyKey(exportedVerifyKey);
	if (verifyKey && verifyKey.id !== sign.id) throw new CryptoError("WRONG_VERIFY_KEY");
	const { signatureLength } = verifyKey?.suite ?? findSuite(signatureSuites, sign.alg);
	if (signed.length <= signatureLength) throw new CryptoError("SIGNED_DATA_TOO_SHORT");
	const signature = signed.subarray(0, signatureLength);
	const ciphertext = signed.subarray(signatureLength);
	if (verifyKey && !(yield* verifyKey.suite.verify(verifyKey.bytes, ciphertext, signature))) {
		throw new CryptoError("VERIFICATION_FAILED");
	}
	return ciphertext;
}
