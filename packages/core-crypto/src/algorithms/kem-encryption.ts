import { concat, nothing } from "../encoding/bytes.js";
import { CryptoError } from "../errors.js";
import type { Encapsulated } from "../lattice/shared.js";
import type { Primitives } from "../primitives/types.js";
import { open, seal } from "./aes-gcm.js";
import type { EncryptionSuite, KeyLayout } from "./types.js";

/** A key encapsulation that yields AES-256 keys. */
interface Kem {
	encapsulationLength: number;
	keyPair: EncryptionSuite["keyPair"];
	publicKeyOf: EncryptionSuite["publicKeyOf"];
	encapsulate(primitives: Primitives, publicKey: Uint8Array): Encapsulated;
	decapsulate(primitives: Primitives, secretKey: Uint8Array, encapsulation: Uint8Array): Uint8Array;
}

/** Public-key encryption of any length: encapsulation ‖ AES-256-GCM of the data under the shared secret. */
export function kemEncryption(layout: KeyLayout, kem: Kem): EncryptionSuite {
	return {
		...layout,
		keyPair: kem.keyPair,
		publicKeyOf: kem.publicKeyOf,
		*encrypt(primitives, publicKey, plaintext, prefix = nothing) {
			const { encapsulation, sharedSecret } = kem.encapsulate(primitives, publicKey);
			return yield* seal(primitives, sharedSecret, plaintext, concat(prefix, encapsulation));
		},
		*decrypt(primitives, secretKey, ciphertext) {
			if (ciphertext.length <= kem.encapsulationLength) throw new CryptoError("CIPHERTEXT_TOO_SHORT");
			const encapsulation = ciphertext.subarray(0, kem.encapsulationLength);
			const sharedSecret = kem.decapsulate(primitives, secretKey, encapsulation);
			return yield* open(sharedSecret, ciphertext.subarray(kem.encapsulationLength));
		},
	};
}
