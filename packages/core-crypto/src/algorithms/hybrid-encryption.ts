import { hybridKeys } from "./hybrid.js";
import { kyber90s as k } from "./kyber-90s.js";
import type { EncryptionSuite } from "./types.js";
import { x25519Ecies as x } from "./x25519-ecies.js";

/** ECIES inside, Kyber outside: secret as long as either of them holds (protocol/crypto §3.4). */
export const hybridEncryption: EncryptionSuite = {
	...hybridKeys({ id: "ECIES-ed25519_KYBER_768", variant: "EciesKyberHybrid" }, x, k),
	*encrypt(publicKey, plaintext, prefix) {
		const inner = yield* x.encrypt(publicKey.subarray(0, x.publicKeyLength), plaintext);
		return yield* k.encrypt(publicKey.subarray(x.publicKeyLength), inner, prefix);
	},
	*decrypt(secretKey, ciphertext) {
		const inner = yield* k.decrypt(secretKey.subarray(x.secretKeyLength), ciphertext);
		return yield* x.decrypt(secretKey.subarray(0, x.secretKeyLength), inner);
	},
};
