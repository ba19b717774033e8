import { CryptoError, InvalidInput, type Opened, type SentcError } from "@sentc-ts/core-crypto";
import { ApiError } from "@sentc-ts/transport";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { failureOfOwnKey } from "../crypto.js";
import { AnswerForged, KeyNotFound } from "../errors.js";
import type { KeyFailure } from "../key-errors.js";

/** What became of a list of keys that the API answered. */
export interface OpenedKeys<Key> {
	/** Those that opened, in the order of the answer. */
	readonly keys: Key[];
	/** All others: they are skipped and told of, never used. */
	readonly unusable: readonly KeyFailure[];
}

/** As core-crypto answers it, with errors and in the shape of the SDK. */
export function openedKeys<Sealed, Key>(
	{ keys, unusable }: Opened<Sealed>,
	shape: (key: Sealed) => Key,
): OpenedKeys<Key> {
	return {
		keys: keys.map(shape),
		unusable: unusable.map(({ keyId, code }) => ({ key_id: keyId, error: failureOfOwnKey(new CryptoError(code)) })),
	};
}

/** For lists of which every key is needed. @throws what is wrong with the first that can't be used */
export function requireAll<Key>({ keys, unusable }: OpenedKeys<Key>): Key[] {
	const [first] = unusable;
	if (first) throw first.error;
	return keys;
}

/** Passes on why what opens one key is not to be had; rethrows what would go wrong with every other one, too. */
export function failureOfKey(error: unknown): SentcError {
	if (error instanceof AnswerForged && error.what !== "group") return error;
	if (error instanceof CryptoError || error instanceof KeyNotFound) return error;
	if (error instanceof InvalidInput || isUnknownKey(error)) return error;
	throw error;
}

/** Does the API not have the key for this device? */
export function isUnknownKey(error: unknown): error is ApiError {
	return error instanceof ApiError && error.serverCode === SERVER_ERRORS.GROUP_KEY_NOT_FOUND.code;
}
