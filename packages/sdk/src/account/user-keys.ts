import { CryptoError, InvalidInput } from "@sentc-ts/core-crypto";
import {
	type GroupKeyServerOutput,
	type HmacKey,
	hmacKeySchema,
	userPublicKeyDataSchema,
	userVerifyKeyDataSchema,
} from "@sentc-ts/core-crypto/wire";
import { ApiError } from "@sentc-ts/transport";
import { SERVER_ERRORS, userKeyRoutes } from "@sentc-ts/transport/contract";
import { MAX_PAGES, requirePage } from "../answer.js";
import { checkId, checkText } from "../input.js";
import { pageAfter } from "../paging.js";
import { storageKeys } from "../storage/keys.js";
import type { GroupOutDataHmacKeys, UserKeyData, UserPublicKeyData } from "../types.js";
import { type Account, toUserKeyData } from "./account.js";

/** Most keys in one answer (protocol/user-protocol §14.1.2). */
export const USER_KEYS_PER_PAGE = 50;

/** As the API lists them: the newest first, and of those made in the same millisecond the one with the lowest id. */
export function newestFirst(a: UserKeyData, b: UserKeyData): number {
	return b.time - a.time || (a.group_key_id < b.group_key_id ? -1 : 1);
}

/**
 * Loads all user keys that are older than `last`; those that are here already are not opened again.
 *
 * @param last in the answer to a login, to which the older keys belong; default: from the newest on, by the API's word
 */
export async function loadUserKeys(account: Account, last?: GroupKeyServerOutput): Promise<void> {
	const seen = new Set<string>();
	let cursor = last;
	for (let pages = 0; pages < MAX_PAGES; pages++) {
		const page = await account.context.client.call(userKeyRoutes.listUserKeys, {
			jwt: await account.session.getJwt(),
			params: pageAfter(cursor, "group_key_id"),
		});
		const before = seen.size;
		for (const key of page) seen.add(key.group_key_id);
		if (seen.size === before) return;
		await keepUserKeys(account, page, last !== undefined);
		if (page.length < USER_KEYS_PER_PAGE) return;
		cursor = page.at(-1);
	}
}

async function keepUserKeys(
	account: Account,
	answered: readonly GroupKeyServerOutput[],
	proven: boolean,
): Promise<void> {
	requirePage(answered);
	const { device, key_map } = account.data;
	const userKeys = answered.filter((key) => !key_map.has(key.group_key_id));
	const opened = await account.context.backend.openUserKeys({ privateKey: device.private_key, userKeys });
	for (const key of opened) account.keepKey({ ...toUserKeyData(key), ...(!proven && { unproven: true as const }) });
}

/** Opens a searchable key by the user key that encrypts it, which is fetched when it is not on this device. */
export async function openHmacKey(account: Account, hmacKey: HmacKey): Promise<string> {
	const { group_key } = await account.loadUserKey(hmacKey.encrypted_hmac_encryption_key_id);
	return account.context.backend.openHmacKey({ groupKey: group_key, hmacKey });
}

/** For what can go on without a user key that this device was never given: rethrows any other error. */
export function undefinedWhenUnknown(error: unknown): undefined {
	if (error instanceof ApiError && error.serverCode === SERVER_ERRORS.GROUP_KEY_NOT_FOUND.code) return undefined;
	throw error;
}

/** @throws InvalidInput naming the member · CryptoError `JSON_INVALID` when `key_data` is not that of a key */
export function readHmacKeys(list: readonly GroupOutDataHmacKeys[]): HmacKey[] {
	if (!Array.isArray(list)) throw new InvalidInput("list", "must be an array");
	return list.map((item: Partial<GroupOutDataHmacKeys> | null, index) => {
		checkId(`list[${index}].group_key_id`, item?.group_key_id);
		checkText(`list[${index}].key_data`, item.key_data);
		return { ...parseHmacKey(item.key_data), encrypted_hmac_encryption_key_id: item.group_key_id };
	});
}

function parseHmacKey(text: string): HmacKey {
	try {
		return hmacKeySchema.parse(JSON.parse(text));
	} catch (cause) {
		throw new CryptoError("JSON_INVALID", cause);
	}
}

/** The own newest keys as stored items, so that nobody has to ask the API for them (protocol/sdk-api §3.4). */
export function ownPublicKeyItems({ data, newestKey }: Account): Record<string, unknown> {
	const { exported_public_key, exported_public_key_sig_key_id, exported_verify_key } = newestKey;
	const { public_key_id } = userPublicKeyDataSchema.parse(JSON.parse(exported_public_key));
	const { verify_key_id } = userVerifyKeyDataSchema.parse(JSON.parse(exported_verify_key));
	return {
		[storageKeys.userPublicKey(data.user_id)]: {
			public_key: exported_public_key,
			public_key_id,
			...(exported_public_key_sig_key_id && { public_key_sig_key_id: exported_public_key_sig_key_id }),
			verified: false,
		} satisfies UserPublicKeyData,
		[storageKeys.userVerifyKey(data.user_id, verify_key_id)]: exported_verify_key,
	};
}

/** {@link ownPublicKeyItems} after a rotation, unless the user logged out. */
export async function storeOwnPublicKeys(account: Account): Promise<void> {
	const { context, identifier } = account;
	for (const [key, value] of Object.entries(ownPublicKeyItems(account))) {
		await context.store.writeForUser(identifier, key, value);
	}
}
