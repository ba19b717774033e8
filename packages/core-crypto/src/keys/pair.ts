import type { Op } from "../algorithms/op.js";
import type { KeyPairSuite } from "../algorithms/types.js";
import { equalBytes } from "../encoding/bytes.js";
import { CryptoError } from "../errors.js";
import type { Key } from "./key-string.js";

/** The public key must be the one that follows from the secret key. @throws CryptoError `KEY_PAIR_MISMATCH` */
export function* requirePair<Suite extends KeyPairSuite>(secretKey: Key<Suite>, publicKey: Key<Suite>): Op<void> {
	const { suite, bytes } = secretKey;
	const own = suite.id === publicKey.suite.id ? yield* suite.publicKeyOf(bytes) : undefined;
	if (own === undefined || !equalBytes(own, publicKey.bytes)) throw new CryptoError("KEY_PAIR_MISMATCH");
}
