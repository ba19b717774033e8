/** Names of the stored items (protocol/sdk-api §3.3). */
export const storageKeys = {
	/** → identifier of the device that is logged in. */
	actualUser: "actual_user",
	/** → `UserData` */
	userData: (identifier: string): string => `user_data_id_${identifier}`,
	/** → `GroupData` */
	group: (userId: string, groupId: string): string => `group_data_user_${userId}_id_${groupId}`,
	/** → `UserPublicKeyData`, and `time` (ms) when it was fetched */
	userPublicKey: (userId: string): string => `user_public_key_id_${userId}`,
	/** → exported verify key */
	userVerifyKey: (userId: string, keyId: string): string => `user_verify_key_id_${userId}_key_id_${keyId}`,
	/** → what the user `ownId` knows of the keys of `userId`: not one of the reference's. */
	pin: (ownId: string, userId: string): string => `key_pin_user_${ownId}_id_${userId}`,
	/** → `GroupPublicKeyData`, and `time` (ms) when it was fetched */
	groupPublicKey: (groupId: string): string => `group_public_key_id_${groupId}`,
} as const;

const CACHE_PREFIXES = ["user_public_key_id_", "user_verify_key_id_", "group_public_key_id_"] as const;

/** Does the item go when the user logs out: own, or a cache that tells whom the user knows? */
export function belongsToUser(key: string, identifier: string, userId: string): boolean {
	const ofUser = [storageKeys.group(userId, ""), storageKeys.pin(userId, "")];
	const own = key === storageKeys.userData(identifier) || ofUser.some((prefix) => key.startsWith(prefix));
	return own || CACHE_PREFIXES.some((prefix) => key.startsWith(prefix));
}
