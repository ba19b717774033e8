import type { SignatureSuite } from "./types.js";

/** Plain Ed25519 (RFC 8032, protocol/crypto §3.5). */
export const ed25519: SignatureSuite = {
	id: "ED25519",
	variant: "Ed25519",
	secretKeyLength: 32,
	publicKeyLength: 32,
	signatureLength: 64,
	keyPair: (primitives) => primitives.ed25519KeyPair(),
	publicKeyOf: (primitives, secretKey) => primitives.ed25519PublicKey(secretKey),
	sign: (primitives, secretKey, message) => primitives.ed25519Sign(secretKey, message),
	verify: (primitives, publicKey, message, signature) => primitives.ed25519Verify(publicKey, message, signature),
};
