import type { KeyPairSuite } from "../algorithms/types.js";
import { equalBytes } from "../encoding/bytes.js";
import { CryptoError } from "../errors.js";
import type { Primitives } from "../primitives/types.js";
import type { Key } from "./key-string.js";

/** The public key must be the one that follows from the secret key. @throws CryptoError `KEY_PAIR_MISMATCH` */
export function requirePair<Suite extends KeyPairSuite>(
	primitives: Primitives,
	secretKey: Key<Suite>,
	publicKey: Key<Suite>,
): void {
	const { suite, bytes } = secretKey;
	const own = suite.id === publicKey.suite.id ? suite.publicKeyOf(primitives, bytes) : undefined;
	if (own === undefined || !equalBytes(own, publicKey.bytes)) throw new CryptoError("KEY_PAIR_MISMATCH");
}
