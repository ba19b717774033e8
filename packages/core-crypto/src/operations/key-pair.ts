import * as z from "zod/mini";
import type { KeyPairSuite } from "../algorithms/types.js";
import { equalBytes } from "../encoding/bytes.js";
import { requireShape } from "../encoding/json.js";
import { CryptoError } from "../errors.js";
import { type Key, privateKeys, signKeys } from "../keys/key-string.js";
import { importPublicKey, importVerifyKey } from "../keys/public-key.js";
import type { Primitives } from "../primitives/types.js";

/** Both pairs of a device or of a generation of user keys. */
export interface KeyPairs {
	privateKey: string;
	/** Exported public key. */
	publicKey: string;
	signKey: string;
	/** Exported verify key. */
	verifyKey: string;
}

export interface CheckKeyPairsInput {
	pairs: KeyPairs[];
}

const pairsSchema = z.array(
	z.object({ privateKey: z.string(), publicKey: z.string(), signKey: z.string(), verifyKey: z.string() }),
);

/**
 * Do the public keys, which come from the API, belong to the secret ones? With others the API could have the user encrypt for
 * it, and pass its signatures off as the user's.
 *
 * @throws CryptoError `KEY_PAIR_MISMATCH` when one does not
 */
export function checkKeyPairs(primitives: Primitives, { pairs }: CheckKeyPairsInput): void {
	for (const { privateKey, publicKey, signKey, verifyKey } of requireShape(pairsSchema, pairs, "pairs")) {
		requirePair(primitives, privateKeys.parse(privateKey), importPublicKey(publicKey).key);
		requirePair(primitives, signKeys.parse(signKey), importVerifyKey(verifyKey));
	}
}

/** Throws `KEY_PAIR_MISMATCH`. */
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
