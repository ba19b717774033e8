import { concat, nothing } from "../encoding/bytes.js";
import { CryptoError } from "../errors.js";
import type { Primitives } from "../primitives/types.js";
import type { Op } from "./types.js";

const nonceLength = 12;
const tagLength = 16;

/**
 * AES-256-GCM with a random nonce: nonce ‖ ciphertext ‖ tag, no associated data (protocol/crypto §3.1).
 *
 * @param prefix comes before all that
 */
export function* seal(
	primitives: Primitives,
	key: Uint8Array,
	plaintext: Uint8Array,
	prefix: Uint8Array = nothing,
): Op<Uint8Array> {
	const nonce = primitives.randomBytes(nonceLength);
	return yield { kind: "seal", key, nonce, data: plaintext, prefix: concat(prefix, nonce) };
}

/** @throws CryptoError `DECRYPTION_FAILED` */
export function* open(key: Uint8Array, sealed: Uint8Array): Op<Uint8Array> {
	if (sealed.length < nonceLength + tagLength) throw new CryptoError("DECRYPTION_FAILED");
	const nonce = sealed.subarray(0, nonceLength);
	return yield { kind: "open", key, nonce, data: sealed.subarray(nonceLength) };
}
