import { equalBytes } from "../encoding/bytes.js";
import { isReduced } from "../lattice/kyber768-90s.js";
import type { Encapsulated } from "../lattice/shared.js";
import { kemEncryption } from "./kem-encryption.js";
import { call, type Op } from "./op.js";
import type { EncryptionSuite } from "./types.js";

const encapsulate = (publicKey: Uint8Array): Op<Encapsulated> =>
	call((platform) => platform.kyber768Encapsulate(publicKey));
const decapsulate = (secretKey: Uint8Array, encapsulation: Uint8Array): Op<Uint8Array> =>
	call((platform) => platform.kyber768Decapsulate(secretKey, encapsulation));

/** Kyber-768 round 3 "90s"; the shared secret is the AES key as it is (protocol/crypto §3.3). */
export const kyber90s: EncryptionSuite = {
	isPublicKey: isReduced,
	...kemEncryption(
		{ id: "KYBER_768", variant: "Kyber", secretKeyLength: 2400, publicKeyLength: 1184 },
		{
			encapsulationLength: 1088,
			keyPair: () => call((platform) => platform.kyber768KeyPair()),
			*publicKeyOf(secretKey) {
				const publicKey = yield* call((platform) => platform.kyber768PublicKey(secretKey));
				// A copy proves nothing: another one decapsulates to another secret.
				const { encapsulation, sharedSecret } = yield* encapsulate(publicKey);
				const same = equalBytes(yield* decapsulate(secretKey, encapsulation), sharedSecret);
				return same ? publicKey : undefined;
			},
			encapsulate,
			decapsulate,
		},
	),
};
