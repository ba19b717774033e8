import { concat } from "../encoding/bytes.js";
import { dilithiumAes as k } from "./dilithium-aes.js";
import { ed25519 as x } from "./ed25519.js";
import { hybridKeys } from "./hybrid.js";
import type { SignatureSuite } from "./types.js";

/** Ed25519 over the message, Dilithium over message ‖ Ed25519 signature; both must hold (protocol/crypto §3.7). */
export const hybridSignature: SignatureSuite = {
	...hybridKeys({ id: "ED25519_DILITHIUM_3", variant: "Ed25519DilithiumHybrid" }, x, k),
	signatureLength: x.signatureLength + k.signatureLength,
	*sign(secretKey, message) {
		const signatureX = yield* x.sign(secretKey.subarray(0, x.secretKeyLength), message);
		const signatureK = yield* k.sign(secretKey.subarray(x.secretKeyLength), concat(message, signatureX));
		return concat(signatureX, signatureK);
	},
	*verify(publicKey, message, signature) {
		const signatureX = signature.subarray(0, x.signatureLength);
		const signatureK = signature.subarray(x.signatureLength);
		return (
			(yield* x.verify(publicKey.subarray(0, x.publicKeyLength), message, signatureX)) &&
			(yield* k.verify(publicKey.subarray(x.publicKeyLength), concat(message, signatureX), signatureK))
		);
	},
};
