import { call } from "./op.js";
import type { SignatureSuite } from "./types.js";

/** Dilithium3 version 3.1, AES variant (protocol/crypto §3.6). */
export const dilithiumAes: SignatureSuite = {
	id: "DILITHIUM_3",
	variant: "Dilithium",
	secretKeyLength: 4000,
	publicKeyLength: 1952,
	signatureLength: 3293,
	keyPair: () => call((platform) => platform.dilithium3KeyPair()),
	publicKeyOf: (secretKey) => call((platform) => platform.dilithium3PublicKey(secretKey)),
	sign: (secretKey, message) => call((platform) => platform.dilithium3Sign(secretKey, message)),
	verify: (publicKey, message, signature) =>
		call((platform) => platform.dilithium3Verify(publicKey, message, signature)),
};
