import { indexKeys } from "../keys/key-list.js";
import { storageKeys } from "../storage/keys.js";
import { hasTexts, isArrayOf, isText } from "../storage/shape.js";
import type { Store } from "../storage/store.js";
import type { UserData, UserKeyData } from "../types.js";

/** A refresh token that lives in the developer's cookie is not stored; the user object keeps it (protocol/sdk-api §3.4). */
export function storedForm(data: UserData, withRefreshToken: boolean): UserData {
	return withRefreshToken ? data : { ...data, refresh_token: "" };
}

/** `undefined` when nothing is stored, or what this client cannot use: damaged, or of another client. */
export async function readStoredUser(store: Store, identifier: string): Promise<UserData | undefined> {
	return parseStoredUser(await store.read(storageKeys.userData(identifier)));
}

export function parseStoredUser(stored: unknown): UserData | undefined {
	if (!hasTexts(stored, ["jwt", "refresh_token", "user_id", "device_id", "newest_key_id"])) return undefined;
	const { device, device_id, hmac_keys, jwt, login_identifier, mfa, newest_key_id, refresh_token, user_id, user_keys } =
		stored;
	if (!hasTexts(device, DEVICE_KEYS) || !isArrayOf(user_keys, isStoredUserKey) || !isArrayOf(hmac_keys, isText)) {
		return undefined;
	}
	const key_map = indexKeys(user_keys);
	if (!key_map.has(newest_key_id)) return undefined;
	return {
		device,
		user_keys: user_keys.map((key) => ({ ...key, time: Number(key.time) })),
		key_map,
		newest_key_id,
		mfa: mfa === true,
		jwt,
		refresh_token,
		user_id,
		device_id,
		hmac_keys,
		...(isText(login_identifier) && { login_identifier }),
	};
}

const STATE = ["jwt", "login_identifier", "mfa", "newest_key_id", "refresh_token"] as const;

/** What changes while a session lasts, keys apart: those only become more. */
export type SessionState = Pick<UserData, (typeof STATE)[number]>;

export function sessionState(data: UserData): SessionState {
	return { ...data };
}

/**
 * Every tab stores the whole record. What this one changed since `known` wins, the rest is what another one stored, and no
 * key gets lost.
 *
 * @param data of this tab; changed in place
 * @param known the state as this tab last read or stored it
 * @returns `false` when the record is that of another device, which then stays as it is
 */
export function takeOver(data: UserData, known: SessionState, stored: UserData): boolean {
	if (stored.user_id !== data.user_id || stored.device_id !== data.device_id) return false;
	for (const key of stored.user_keys) {
		const index = data.key_map.get(key.group_key_id);
		if (index === undefined) data.key_map.set(key.group_key_id, data.user_keys.push(key) - 1);
		else if (data.user_keys[index]?.unproven && !key.unproven) data.user_keys[index] = key;
	}
	for (const name of STATE) {
		// A refresh token that lives in a cookie is stored as an empty text.
		const unchanged = data[name] === known[name] && stored[name] !== undefined && stored[name] !== "";
		if (unchanged) Object.assign(data, { [name]: stored[name] });
	}
	return true;
}

const DEVICE_KEYS = [
	"private_key",
	"public_key",
	"sign_key",
	"verify_key",
	"exported_public_key",
	"exported_verify_key",
] as const;

/** The reference client stores the time of a key that it fetched as text (protocol/user-protocol §14.1.1). */
function isStoredUserKey(value: unknown): value is Omit<UserKeyData, "time"> & { time: number | string } {
	if (!hasTexts(value, [...DEVICE_KEYS, "group_key", "group_key_id"])) return false;
	const { time } = value;
	return typeof time === "string" ? /^\d+$/.test(time) : Number.isFinite(time);
}
