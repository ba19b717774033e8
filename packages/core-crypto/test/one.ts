import {
	type CryptoBackend,
	CryptoError,
	type Opened,
	type OpenedGroupKey,
	type OpenedUserKey,
	type SealedGroupKey,
	type SyncCrypto,
} from "../src/index.js";
import type { GroupKeyServerOutput } from "../src/wire/index.js";

// One key of what operations do for many, in this thread or wherever a backend runs.

interface SealedUserKey {
	privateKey: string;
	userKey: GroupKeyServerOutput;
}
type GroupKeyInput = SealedGroupKey & { requireSignature?: boolean };

export function openUserKey(crypto: SyncCrypto, sealed: SealedUserKey): OpenedUserKey;
export function openUserKey(crypto: CryptoBackend, sealed: SealedUserKey): Promise<OpenedUserKey>;
export function openUserKey(
	crypto: SyncCrypto | CryptoBackend,
	{ privateKey, userKey }: SealedUserKey,
): OpenedUserKey | Promise<OpenedUserKey> {
	return whenThere(crypto.openUser({ privateKey, userKeys: [userKey] }), ({ userKeys, unusable }) =>
		onlyKey({ keys: userKeys, unusable }),
	);
}

export function openGroupKey(crypto: SyncCrypto, sealed: GroupKeyInput): OpenedGroupKey;
export function openGroupKey(crypto: CryptoBackend, sealed: GroupKeyInput): Promise<OpenedGroupKey>;
export function openGroupKey(
	crypto: SyncCrypto | CryptoBackend,
	{ requireSignature = false, ...sealed }: GroupKeyInput,
): OpenedGroupKey | Promise<OpenedGroupKey> {
	return whenThere(crypto.openGroupKeys({ keys: [sealed], requireSignature }), onlyKey);
}

function whenThere<T, U>(value: T | Promise<T>, next: (value: T) => U): U | Promise<U> {
	return value instanceof Promise ? value.then(next) : next(value);
}

/** The only key of a list. @throws CryptoError when it is unusable */
export function onlyKey<T>({ keys, unusable }: Opened<T>): T {
	const [reason] = unusable;
	if (reason) throw new CryptoError(reason.code);
	return only(keys);
}

export function only<T>(list: readonly T[]): T {
	const [first] = list;
	if (first === undefined || list.length > 1) throw new Error(`Expected one, got ${list.length}`);
	return first;
}
