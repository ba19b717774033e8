import { call } from "./op.js";
import type { SignatureSuite } from "./types.js";

/** Plain Ed25519 (RFC 8032, protocol/crypto §3.5). */
export const ed25519: SignatureSuite = {
	id: "ED25519",
	variant: "Ed25519",
	secretKeyLength: 32,
	publicKeyLength: 32,
	signatureLength: 64,
	keyPair: () => call((platform) => platform.ed25519KeyPair()),
	publicKeyOf: (secretKey) => call((platform) => platform.ed25519PublicKey(secretKey)),
	sign: (secretKey, message) => call((platform) => platform.ed25519Sign(secretKey, message)),
	verify: (publicKey, message, signature) => call((platform) => platform.ed25519Verify(publicKey, message, signature)),
};
