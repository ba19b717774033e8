import { CryptoError, InvalidInput } from "@sentc-ts/core-crypto";
import {
	type GroupKeyServerOutput,
	groupKeyServerOutputSchema,
	type HmacKey,
	type SortableKey,
} from "@sentc-ts/core-crypto/wire";
import { ApiError } from "@sentc-ts/transport";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Account } from "../account/account.js";
import { requirePage } from "../answer.js";
import { KeyChanged } from "../errors.js";
import { checkText } from "../input.js";
import type { GroupData, GroupKey, GroupOutDataKeys, GroupVerify } from "../types.js";

/** Most keys in one answer (protocol/group-protocol §4.4). */
export const KEYS_PER_PAGE = 50;

/** @throws InvalidInput naming the member · CryptoError `JSON_INVALID` when `key_data` is not that of a key */
export function readGroupKeys(list: readonly GroupOutDataKeys[]): GroupKeyServerOutput[] {
	if (!Array.isArray(list)) throw new InvalidInput("list", "must be an array");
	return list.map((item: Partial<GroupOutDataKeys> | null, index) => {
		checkText(`list[${index}].key_data`, item?.key_data);
		return parseGroupKey(item.key_data);
	});
}

function parseGroupKey(text: string): GroupKeyServerOutput {
	try {
		return groupKeyServerOutputSchema.parse(JSON.parse(text));
	} catch (cause) {
		throw new CryptoError("JSON_INVALID", cause);
	}
}

/** Opens group keys by the user's private keys, in the same order (protocol/group-protocol §4.2). */
export async function openGroupKeys(
	account: Account,
	keys: readonly GroupKeyServerOutput[],
	verify: GroupVerify,
): Promise<GroupKey[]> {
	requirePage(keys);
	return Promise.all(keys.map((key) => openGroupKey(account, key, verify)));
}

export async function openGroupKey(
	account: Account,
	key: GroupKeyServerOutput,
	verify: GroupVerify,
): Promise<GroupKey> {
	const { backend, requireSignatures } = account.context;
	const { private_key } = await account.loadUserKey(key.user_public_key_id);
	const verifyKey = await signerKey(account, key, verify);
	const opened = await backend.openGroupKey({
		privateKey: private_key,
		key,
		...(verifyKey !== undefined && { verifyKey }),
		requireSignature: requireSignatures && verify > 0,
	});
	return {
		private_group_key: opened.privateGroupKey,
		public_group_key: opened.publicGroupKey,
		exported_public_key: opened.exportedPublicKey,
		group_key: opened.groupKey,
		group_key_id: opened.groupKeyId,
		time: String(opened.time),
	};
}

/** The verify key of the user who signed the group key; which failures matter is said at {@link GroupVerify}. */
async function signerKey(
	account: Account,
	key: GroupKeyServerOutput,
	verify: GroupVerify,
): Promise<string | undefined> {
	const { signed_by_user_id, signed_by_user_sign_key_id } = key;
	if (verify === 0 || !signed_by_user_id || !signed_by_user_sign_key_id) return undefined;
	try {
		return await account.context.publicKeys.verifyKey(signed_by_user_id, signed_by_user_sign_key_id, account);
	} catch (error) {
		if (error instanceof KeyChanged) throw error;
		const deleted = error instanceof ApiError && error.serverCode === SERVER_ERRORS.USER_NOT_FOUND.code;
		if (verify === 1 || deleted) return undefined;
		throw error;
	}
}

/** Adds keys that are not there yet; pages may overlap. */
export function addGroupKeys(data: GroupData, keys: readonly GroupKey[]): void {
	for (const key of keys) {
		if (data.key_map.has(key.group_key_id)) continue;
		data.key_map.set(key.group_key_id, data.keys.length);
		data.keys.push(key);
	}
}

/** Finds the group key that encrypts a searchable or sortable key. */
type LoadKey = (id: string) => Promise<string>;

export async function openHmacKeys(account: Account, keys: readonly HmacKey[], loadKey: LoadKey): Promise<string[]> {
	requirePage(keys);
	const open = async (hmacKey: HmacKey): Promise<string> => {
		const groupKey = await loadKey(hmacKey.encrypted_hmac_encryption_key_id);
		return account.context.backend.openHmacKey({ groupKey, hmacKey });
	};
	return Promise.all(keys.map(open));
}

export async function openSortableKeys(
	account: Account,
	keys: readonly SortableKey[],
	loadKey: LoadKey,
): Promise<string[]> {
	requirePage(keys);
	const open = async (sortableKey: SortableKey): Promise<string> => {
		const groupKey = await loadKey(sortableKey.encrypted_sortable_encryption_key_id);
		return account.context.backend.openSortableKey({ groupKey, sortableKey });
	};
	return Promise.all(keys.map(open));
}
