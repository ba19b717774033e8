import { storageKeys } from "../storage/keys.js";
import type { Store } from "../storage/store.js";
import type { UserData } from "../types.js";

/** Key id → index. It is rebuilt on every read: a storage that writes JSON loses the `Map`. */
export function indexKeys(keys: readonly { group_key_id: string }[]): Map<string, number> {
	return new Map(keys.map((key, index) => [key.group_key_id, index]));
}

/** A refresh token that lives in the developer's cookie is not stored; the user object keeps it (spec sdk-api §3.2). */
export function storedForm(data: UserData, withRefreshToken: boolean): UserData {
	return withRefreshToken ? data : { ...data, refresh_token: "" };
}

/** `undefined` when nothing is stored, or what another client stored and this one cannot use. */
export async function readStoredUser(store: Store, identifier: string): Promise<UserData | undefined> {
	const data = await store.read<UserData>(storageKeys.userData(identifier));
	if (!Array.isArray(data?.user_keys)) return undefined;
	return { ...data, key_map: indexKeys(data.user_keys) };
}
