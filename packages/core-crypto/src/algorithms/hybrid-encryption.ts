import { hybridKeys } from "./hybrid.js";
import { kyber90s as k } from "./kyber-90s.js";
import type { EncryptionSuite } from "./types.js";
import { x25519Ecies as x } from "./x25519-ecies.js";

/** ECIES inside, Kyber outside: secret as long as either of them holds (protocol/crypto §3.4). */
export const hybridEncryption: EncryptionSuite = {
	...hybridKeys({ id: "ECIES-ed25519_KYBER_768", variant: "EciesKyberHybrid" }, x, k),
	*encrypt(primitives, publicKey, plaintext, prefix) {
		const inner = yield* x.encrypt(primitives, publicKey.subarray(0, x.publicKeyLength), plaintext);
		return yield* k.encrypt(primitives, publicKey.subarray(x.publicKeyLength), inner, prefix);
	},
	*decrypt(primitives, secretKey, ciphertext) {
		const inner = yield* k.decrypt(primitives, secretKey.subarray(x.secretKeyLength), ciphertext);
		return yield* x.decrypt(primitives, secretKey.subarray(0, x.secretKeyLength), inner);
	},
};
