import { concat, nothing } from "../encoding/bytes.js";
import { CryptoError } from "../errors.js";
import { call, type Op } from "./op.js";

const nonceLength = 12;
const tagLength = 16;

/**
 * AES-256-GCM with a random nonce: nonce ‖ ciphertext ‖ tag, no associated data (protocol/crypto §3.1).
 *
 * @param prefix comes before all that
 */
export function seal(key: Uint8Array, plaintext: Uint8Array, prefix: Uint8Array = nothing): Op<Uint8Array> {
	return call((platform) => {
		const nonce = platform.randomBytes(nonceLength);
		return platform.aes256GcmSeal(key, nonce, plaintext, concat(prefix, nonce));
	});
}

/** @throws CryptoError `DECRYPTION_FAILED` */
export function open(key: Uint8Array, sealed: Uint8Array): Op<Uint8Array> {
	if (sealed.length < nonceLength + tagLength) throw new CryptoError("DECRYPTION_FAILED");
	const [nonce, ciphertext] = [sealed.subarray(0, nonceLength), sealed.subarray(nonceLength)];
	return call((platform) => platform.aes256GcmOpen(key, nonce, ciphertext));
}
