import { expect } from "vitest";
import type { SymKey, User } from "../../src/index.js";
import { SECRET, TEXT } from "./samples.js";

/** The verify key of the newest key of a user. */
export function verifyKeyOf({ user_data }: User): string {
	const newest = user_data.user_keys[user_data.key_map.get(user_data.newest_key_id) ?? -1];
	return String(newest?.exported_verify_key);
}

export const bytesOf = ({ key }: SymKey): string => JSON.parse(key).Aes.key;
export const headIdOf = (key: SymKey): string => JSON.parse(key.encryptRaw(SECRET).head).id;

/** With another value of one member. */
export const changed = (wrapped: string, change: object): string =>
	JSON.stringify({ ...JSON.parse(wrapped), ...change });

/** Both keys open everything that either encrypts. */
export function expectSameKey(one: SymKey, other: SymKey): void {
	for (const [from, to] of [
		[one, other],
		[other, one],
		[one, one],
	] as const) {
		for (const sign of [false, true]) {
			const raw = from.encryptRaw(SECRET, sign);
			expect(to.decryptRaw(raw.head, raw.data)).toEqual(SECRET);
			expect(to.decrypt(from.encrypt(SECRET, sign))).toEqual(SECRET);
			expect(to.decryptString(from.encryptString(TEXT, sign))).toBe(TEXT);
		}
	}
}
