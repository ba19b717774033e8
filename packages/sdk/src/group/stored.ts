import type { Account } from "../account/account.js";
import { indexKeys } from "../account/stored.js";
import { storageKeys } from "../storage/keys.js";
import type { GroupData, GroupPublicKeyData } from "../types.js";

/** A group that is reached through another one is stored under that one (spec sdk-api §3.1). */
function groupKey(account: Account, group_id: string, group_as_member: string | undefined): string {
	return storageKeys.group(group_as_member ?? account.data.user_id, group_id);
}

/** `undefined` when nothing usable is stored. */
export async function readStoredGroup(
	account: Account,
	group_id: string,
	group_as_member: string | undefined,
): Promise<GroupData | undefined> {
	const data = await account.context.store.read<GroupData>(groupKey(account, group_id, group_as_member));
	if (!Array.isArray(data?.keys)) return undefined;
	return { ...data, key_map: indexKeys(data.keys) };
}

/** Stores the group as it is now, unless the user logged out. */
export async function storeGroup(account: Account, data: GroupData): Promise<void> {
	const key = groupKey(account, data.group_id, data.access_by_group_as_member);
	await account.context.store.writeForUser(account.identifier, key, data);
}

/** The newest public key of the group, for everybody on this device. */
export async function storeGroupPublicKey(account: Account, { group_id, keys }: GroupData): Promise<void> {
	const [newest] = keys;
	if (!newest) return;
	const value: GroupPublicKeyData = { key: newest.exported_public_key, id: newest.group_key_id };
	await account.context.store.writeForUser(account.identifier, storageKeys.groupPublicKey(group_id), value);
}

export async function removeStoredGroup(account: Account, data: GroupData): Promise<void> {
	const { store } = account.context;
	await store.remove(groupKey(account, data.group_id, data.access_by_group_as_member));
	await store.remove(storageKeys.groupPublicKey(data.group_id));
}
