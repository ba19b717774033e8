/** How the names of stored items begin, by what is stored. */
export const USER_KEY_STORAGE_NAMES = {
	userData: "user_data",
	actualUser: "actual_user",
	userPublicKey: "user_public_key",
	userVerifyKey: "user_verify_key",
	groupData: "group_data",
	groupPublicKey: "group_public_key",
	/** Of symmetric keys that the API knows: this version stores none. */
	sym_key: "sym_key",
} as const;
const names = USER_KEY_STORAGE_NAMES;

/** Names of the stored items (protocol/sdk-api §3.3). */
export const storageKeys = {
	/** → identifier of the device that is logged in. */
	actualUser: names.actualUser as string,
	/** → `UserData` */
	userData: (identifier: string): string => `${names.userData}_id_${identifier}`,
	/** → `GroupData` */
	group: (userId: string, groupId: string): string => `${names.groupData}_user_${userId}_id_${groupId}`,
	/** → `UserPublicKeyData`, and `time` (ms) when it was fetched */
	userPublicKey: (userId: string): string => `${names.userPublicKey}_id_${userId}`,
	/** → exported verify key */
	userVerifyKey: (userId: string, keyId: string): string => `${names.userVerifyKey}_id_${userId}_key_id_${keyId}`,
	/** → what the user `ownId` knows of the keys of `userId`: not one of the reference's. */
	pin: (ownId: string, userId: string): string => `key_pin_user_${ownId}_id_${userId}`,
	/** → encrypted state of an upload that is not finished: not one of the reference's. */
	upload: (userId: string, fileId: string): string => `upload_user_${userId}_id_${fileId}`,
	/** → `GroupPublicKeyData`, and `time` (ms) when it was fetched */
	groupPublicKey: (groupId: string): string => `${names.groupPublicKey}_id_${groupId}`,
} as const;

const CACHE_PREFIXES = [names.userPublicKey, names.userVerifyKey, names.groupPublicKey].map((name) => `${name}_id_`);

const USER_PREFIX = storageKeys.userData("");
const GROUP_PREFIX = `${names.groupData}_user_`;

/**
 * Which items go when the user logs out. The reference client names a group that is reached through another one by that group
 * instead of the user: nobody can tell whose it is, so it goes with the last user who is stored.
 *
 * @param keys of everything that is stored
 */
export function itemsOfUser(keys: readonly string[], identifier: string, userId: string): string[] {
	const own = storageKeys.userData(identifier);
	const isLast = !keys.some((key) => key.startsWith(USER_PREFIX) && key !== own);
	return keys.filter((key) => belongsToUser(key, identifier, userId) || (isLast && key.startsWith(GROUP_PREFIX)));
}

/** Does the item go when the user logs out: own, or a cache that tells whom the user knows? */
function belongsToUser(key: string, identifier: string, userId: string): boolean {
	const ofUser = [storageKeys.group(userId, ""), storageKeys.pin(userId, ""), storageKeys.upload(userId, "")];
	const own = key === storageKeys.userData(identifier) || ofUser.some((prefix) => key.startsWith(prefix));
	return own || CACHE_PREFIXES.some((prefix) => key.startsWith(prefix));
}
