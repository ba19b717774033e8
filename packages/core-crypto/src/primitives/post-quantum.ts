import { createDilithium3, type Dilithium3Dependencies } from "../lattice/dilithium3-aes.js";
import { createKyber768, type Kyber768Dependencies } from "../lattice/kyber768-90s.js";
import type { Primitives } from "./types.js";

/** What Kyber and Dilithium are made of, and the randomness they need. */
interface Dependencies extends Kyber768Dependencies, Dilithium3Dependencies {
	randomBytes(length: number): Uint8Array;
}

/** The part of {@link Primitives} that no platform has. */
type PostQuantum = Pick<Primitives, Extract<keyof Primitives, `kyber${string}` | `dilithium${string}`> | "clear">;

/** Kyber and Dilithium with the hashes and block cipher of a platform. */
export function createPostQuantum(dependencies: Dependencies): PostQuantum {
	const { randomBytes } = dependencies;
	const kyber = createKyber768(dependencies);
	const dilithium = createDilithium3(dependencies);
	return {
		kyber768KeyPair: () => kyber.keyPair(randomBytes(64)),
		kyber768PublicKey: kyber.publicKey,
		kyber768Encapsulate: (publicKey) => kyber.encapsulate(publicKey, randomBytes(32)),
		kyber768Decapsulate: kyber.decapsulate,
		dilithium3KeyPair: () => dilithium.keyPair(randomBytes(32)),
		dilithium3PublicKey: dilithium.publicKey,
		dilithium3Sign: (secretKey, message) => dilithium.sign(secretKey, message, randomBytes(32)),
		dilithium3Verify: dilithium.verify,
		clear() {
			kyber.clear();
			dilithium.clear();
		},
	};
}
