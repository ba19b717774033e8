import type { Op } from "../algorithms/op.js";
import { CryptoError, type CryptoErrorCode } from "../errors.js";

/** A key record that can't be used, and why. */
export interface UnusableKey {
	/** Id of the key, by the record. */
	keyId: string;
	code: CryptoErrorCode;
}

/** What became of a list of key records. */
export interface Opened<Key> {
	/** Those that opened, in the order of the input. */
	keys: Key[];
	/** All others, in the order of the input. */
	unusable: UnusableKey[];
}

/**
 * Opens each record by itself. Others write records for a user, among them who once had a session of the user's: one that can't
 * be opened must not keep the user from the rest.
 */
export function* openEach<Sealed, Key>(
	sealed: readonly Sealed[],
	idOf: (sealed: Sealed) => string,
	open: (sealed: Sealed) => Op<Key>,
): Op<Opened<Key>> {
	const opened: Opened<Key> = { keys: [], unusable: [] };
	for (const one of sealed) {
		try {
			opened.keys.push(yield* open(one));
		} catch (error) {
			if (!(error instanceof CryptoError)) throw error;
			opened.unusable.push({ keyId: idOf(one), code: error.code });
		}
	}
	return opened;
}
