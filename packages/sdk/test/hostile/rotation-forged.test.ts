import { createCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { rejection, rotateKeys, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import type { User } from "../../src/index.js";
import { newest } from "../support/rotating.js";
import { firstPage, forgery, forging, nextPage, type Page, renamed } from "./forged-rotation.js";

const api = await startApi();
afterAll(() => api.close());

const keysOf = ({ user_data }: User) => new Map(user_data.user_keys.map((key) => [key.group_key_id, key.private_key]));

describe("an API that knows the keys of somebody else", () => {
	it("can't have them used by a rotation from a key that it gave itself", async () => {
		const { through, user } = await firstPage(api);
		const before = newest(user);
		const { item, keys } = await forgery(api, user);
		through(forging(item, keys));
		await user.finishKeyRotation();
		expect(newest(user)).toBe(before);
		// Nor by another one from that.
		through(forging({ ...item, previous_group_key_id: item.new_group_key_id }, keys));
		await rejection(user.finishKeyRotation());
		expect(newest(user)).toBe(before);
	});

	it("can't have them used because they were fetched before", async () => {
		const { through, user } = await firstPage(api);
		const before = newest(user);
		const { item, keys } = await forgery(api, user);
		through(forging(item, keys));
		await user.getUserSymKey(item.previous_group_key_id);
		await user.finishKeyRotation();
		expect(newest(user)).toBe(before);
	});

	it("can have them used by an app that says so, if they fit together", async () => {
		const { through, user } = await firstPage(api);
		const before = newest(user);
		const { item, keys } = await forgery(api, user);
		const [id, other] = [item.previous_group_key_id, item.new_group_key_id];
		const key = keys.get(id);
		if (!key) throw new Error("There is no such key");
		const verify_key = keys.get(other)?.verify_key;
		through(forging(item, new Map([[id, { ...key, verify_key }]])));
		expect(await rejection(user.fetchUserKey(id, true))).toMatchObject({ code: "ANSWER_FORGED", what: "own_key" });
		expect(newest(user)).toBe(before);
		through(forging(item, keys));
		expect((await user.fetchUserKey(id)).unproven).toBe(true);
		expect((await user.fetchUserKey(id, true)).unproven).toBeUndefined();
		expect(newest(user)).toBe(id);
	});

	it("can't pass their signatures off as the own", async () => {
		const { through, user } = await firstPage(api);
		const { item, keys } = await forgery(api, user);
		through(forging(item, keys));
		const { sign_key } = await user.fetchUserKey(item.previous_group_key_id);
		const { public_key: publicKey } = await user.getPublicKey(user.user_data.user_id);
		const text = createCrypto().encryptString({ key: { publicKey }, text: "I owe you", signKey: sign_key });
		const error = await rejection(user.decryptString(text, true, user.user_data.user_id));
		expect(error).toMatchObject({ code: "KEY_NOT_FOUND" });
	});
});

describe("an API that shows an earlier rotation again", () => {
	/** A phone with three keys, and what the API said of the second one. */
	async function phone(): Promise<Page & { second: GroupKeyServerOutput | undefined; item: KeyRotationItem }> {
		const laptop = await firstPage(api);
		const page = await nextPage(api, laptop.user);
		await rotateKeys(api, laptop.user);
		await page.user.finishKeyRotation();
		const second = page.keys.get(newest(page.user));
		await rotateKeys(api, laptop.user);
		await page.user.finishKeyRotation();
		const [item] = page.items;
		if (!item) throw new Error("No rotation was listed");
		return { ...page, second, item };
	}

	it.each(["the id of the newest key", "an id of its own"])("with %s can't have the old key used", async (which) => {
		const { through, user, item, second } = await phone();
		const before = keysOf(user);
		const newestBefore = newest(user);
		const id = which === "an id of its own" ? crypto.randomUUID() : newestBefore;
		through(forging({ ...item, new_group_key_id: id }, new Map([[id, renamed(second, id)]])));
		await user.finishKeyRotation().catch(() => undefined);
		expect(newest(user)).toBe(newestBefore);
		expect(keysOf(user)).toEqual(before);
	});

	it("changes nothing", async () => {
		const { through, user, item, second } = await phone();
		const before = structuredClone(user.user_data.user_keys);
		through(forging(item, new Map([[item.new_group_key_id, renamed(second, item.new_group_key_id)]])));
		await user.finishKeyRotation();
		expect(user.user_data.user_keys).toEqual(before);
		expect(newest(user)).toBe(before[2]?.group_key_id);
	});
});
