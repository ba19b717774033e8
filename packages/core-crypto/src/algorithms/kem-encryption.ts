import { concat, nothing } from "../encoding/bytes.js";
import { CryptoError } from "../errors.js";
import type { Encapsulated } from "../lattice/shared.js";
import { open, seal } from "./aes-gcm.js";
import type { Op } from "./op.js";
import type { EncryptionSuite, KeyLayout } from "./types.js";

/** A key encapsulation that yields AES-256 keys. */
interface Kem {
	encapsulationLength: number;
	keyPair: EncryptionSuite["keyPair"];
	publicKeyOf: EncryptionSuite["publicKeyOf"];
	encapsulate(publicKey: Uint8Array): Op<Encapsulated>;
	decapsulate(secretKey: Uint8Array, encapsulation: Uint8Array): Op<Uint8Array>;
}

/** Public-key encryption of any length: encapsulation ‖ AES-256-GCM of the data under the shared secret. */
export function kemEncryption(layout: KeyLayout, kem: Kem): EncryptionSuite {
	return {
		...layout,
		keyPair: kem.keyPair,
		publicKeyOf: kem.publicKeyOf,
		*encrypt(publicKey, plaintext, prefix = nothing) {
			const { encapsulation, sharedSecret } = yield* kem.encapsulate(publicKey);
			return yield* seal(sharedSecret, plaintext, concat(prefix, encapsulation));
		},
		*decrypt(secretKey, ciphertext) {
			if (ciphertext.length <= kem.encapsulationLength) throw new CryptoError("CIPHERTEXT_TOO_SHORT");
			const encapsulation = ciphertext.subarray(0, kem.encapsulationLength);
			const sharedSecret = yield* kem.decapsulate(secretKey, encapsulation);
			return yield* open(sharedSecret, ciphertext.subarray(kem.encapsulationLength));
		},
	};
}
