import { kemEncryption } from "./kem-encryption.js";
import { call, type Op } from "./op.js";
import type { EncryptionSuite } from "./types.js";

const info = new TextEncoder().encode("ecies-ed25519");

const deriveKey = (sharedSecret: Uint8Array): Op<Uint8Array> =>
	call((platform) => platform.hkdfSha256(sharedSecret, info, 32));

/** ECIES over X25519 and HKDF-SHA-256; neither public key enters the derivation (protocol/crypto §3.2). */
export const x25519Ecies: EncryptionSuite = kemEncryption(
	{ id: "ECIES-ed25519", variant: "Ecies", secretKeyLength: 32, publicKeyLength: 32 },
	{
		encapsulationLength: 32,
		keyPair: () => call((platform) => platform.x25519KeyPair()),
		publicKeyOf: (secretKey) => call((platform) => platform.x25519PublicKey(secretKey)),
		*encapsulate(publicKey) {
			const { encapsulation, sharedSecret } = yield* call((platform) => platform.x25519Encapsulate(publicKey));
			return { encapsulation, sharedSecret: yield* deriveKey(sharedSecret) };
		},
		*decapsulate(secretKey, encapsulation) {
			return yield* deriveKey(yield* call((platform) => platform.x25519SharedSecret(secretKey, encapsulation)));
		},
	},
);
