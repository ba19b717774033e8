import type { SignatureSuite } from "./types.js";

/** Dilithium3 version 3.1, AES variant (protocol/crypto §3.6). */
export const dilithiumAes: SignatureSuite = {
	id: "DILITHIUM_3",
	variant: "Dilithium",
	secretKeyLength: 4000,
	publicKeyLength: 1952,
	signatureLength: 3293,
	keyPair: (primitives) => primitives.dilithium3KeyPair(),
	publicKeyOf: (primitives, secretKey) => primitives.dilithium3PublicKey(secretKey),
	sign: (primitives, secretKey, message) => primitives.dilithium3Sign(secretKey, message),
	verify: (primitives, publicKey, message, signature) => primitives.dilithium3Verify(publicKey, message, signature),
};
