import { CryptoError } from "@sentc-ts/core-crypto";
import type { CryptoFaces } from "../crypto.js";
import { AnswerForged } from "../errors.js";
import type { UserDeviceKeyData } from "../types.js";

/**
 * The public halves of the own keys come from the API. They have to belong to the private ones: otherwise it could have the
 * user encrypt for it, and pass its signatures off as the user's.
 *
 * @throws AnswerForged when they don't
 */
export async function requirePair({ backend }: CryptoFaces, keys: UserDeviceKeyData): Promise<void> {
	const { exported_public_key: publicKey, exported_verify_key: verifyKey, private_key: privateKey } = keys;
	const pairs = [{ privateKey, publicKey, signKey: keys.sign_key, verifyKey }];
	await backend.checkKeyPairs({ pairs }).catch(forgedWhenMismatch);
}

/** Rethrows. @throws AnswerForged for keys that are no pairs */
export function forgedWhenMismatch(cause: unknown): never {
	if (!(cause instanceof CryptoError) || cause.code !== "KEY_PAIR_MISMATCH") throw cause;
	throw new AnswerForged("own_key", "The public keys that the API answered are not the own ones", cause);
}
