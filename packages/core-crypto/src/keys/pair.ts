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
	const { suite } = secretKey;
	const belongs =
		suite.id === publicKey.suite.id && equalBytes(suite.publicKeyOf(primitives, secretKey.bytes), publicKey.bytes);
	if (!belongs) throw new CryptoError("KEY_PAIR_MISMATCH");
}
