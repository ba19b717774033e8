import { equalBytes } from "../encoding/bytes.js";
import { isReduced } from "../lattice/kyber768-90s.js";
import { kemEncryption } from "./kem-encryption.js";
import type { EncryptionSuite } from "./types.js";

/** Kyber-768 round 3 "90s"; the shared secret is the AES key as it is (protocol/crypto §3.3). */
export const kyber90s: EncryptionSuite = {
	isPublicKey: isReduced,
	...kemEncryption(
		{ id: "KYBER_768", variant: "Kyber", secretKeyLength: 2400, publicKeyLength: 1184 },
		{
			encapsulationLength: 1088,
			keyPair: (primitives) => primitives.kyber768KeyPair(),
			publicKeyOf(primitives, secretKey) {
				const publicKey = primitives.kyber768PublicKey(secretKey);
				// A copy proves nothing: another one decapsulates to another secret.
				const { encapsulation, sharedSecret } = primitives.kyber768Encapsulate(publicKey);
				const same = equalBytes(primitives.kyber768Decapsulate(secretKey, encapsulation), sharedSecret);
				return same ? publicKey : undefined;
			},
			encapsulate: (primitives, publicKey) => primitives.kyber768Encapsulate(publicKey),
			decapsulate: (primitives, secretKey, encapsulation) => primitives.kyber768Decapsulate(secretKey, encapsulation),
		},
	),
};
