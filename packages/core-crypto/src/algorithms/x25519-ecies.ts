import type { Primitives } from "../primitives/types.js";
import { kemEncryption } from "./kem-encryption.js";
import type { EncryptionSuite } from "./types.js";

const info = new TextEncoder().encode("ecies-ed25519");

const deriveKey = (primitives: Primitives, sharedSecret: Uint8Array): Uint8Array =>
	primitives.hkdfSha256(sharedSecret, info, 32);

/** ECIES over X25519 and HKDF-SHA-256; neither public key enters the derivation (protocol/crypto §3.2). */
export const x25519Ecies: EncryptionSuite = kemEncryption(
	{ id: "ECIES-ed25519", variant: "Ecies", secretKeyLength: 32, publicKeyLength: 32 },
	{
		encapsulationLength: 32,
		keyPair: (primitives) => primitives.x25519KeyPair(),
		publicKeyOf: (primitives, secretKey) => primitives.x25519PublicKey(secretKey),
		encapsulate(primitives, publicKey) {
			const { encapsulation, sharedSecret } = primitives.x25519Encapsulate(publicKey);
			return { encapsulation, sharedSecret: deriveKey(primitives, sharedSecret) };
		},
		decapsulate: (primitives, secretKey, encapsulation) =>
			deriveKey(primitives, primitives.x25519SharedSecret(secretKey, encapsulation)),
	},
);
