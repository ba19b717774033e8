import { Clock, PASSWORD, rejection, sample, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { isSentcError, type User } from "../../src/index.js";
import { type Damaged, damages, expectNoPollution, JUNK, openDamaged, storedUser } from "./damage.js";

// All pages start with the same refresh token, which is good for the same moment only.
const api = await startApi({ clock: Clock.standing(Date.now()) });
const { items, name, ownId, bobId, groupId } = await storedUser(api);
afterAll(() => api.close());

const startDamaged = (key: string, damage: (item: never) => unknown): Promise<Damaged> =>
	openDamaged(api, items, key, damage);

describe("a damaged session", () => {
	it.each(JUNK)("is none: %s; a log in replaces it", async (_, junk) => {
		const { sentc, storage, user } = await startDamaged(`user_data_id_${name}`, () => junk);
		expect(user).toBeUndefined();
		expect(await storage.getItem(`user_data_id_${name}`)).toEqual(junk === null ? null : junk);
		expect(await rejection(sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		expect(await sentc.getUser(name)).toBe(false);
		expectNoPollution();
	});

	it("is replaced by a log in", async () => {
		const { sentc } = await startDamaged(`user_data_id_${name}`, () => ({ jwt: 1 }));
		const user = await sentc.login(name, PASSWORD, true);
		expect((await user.getGroup(groupId)).data.group_id).toBe(groupId);
		expect(await sentc.getActualUser()).toBe(user);
	});

	it("is none, or works, or fails typed, whatever member is damaged", async () => {
		const record = items.get(`user_data_id_${name}`);
		let unusable = 0;
		for (const damaged of damages(record)) {
			const { sentc, user } = await startDamaged(`user_data_id_${name}`, () => damaged);
			const found = user ?? (await sentc.getActualUser().catch(() => undefined));
			if (!found) unusable++;
			for (const use of [
				() => found?.getJwt(),
				() => found?.encryptString("text", ownId),
				() => found?.getNewestSignKey(),
			]) {
				try {
					await use();
				} catch (error) {
					expect(isSentcError(error), String(error)).toBe(true);
				}
			}
		}
		expect(unusable).toBeGreaterThan(50);
	});

	it("whose Map became JSON is as good as before", async () => {
		const { user } = await startDamaged(`user_data_id_${name}`, (item) => JSON.parse(JSON.stringify(item)));
		expect(user?.user_data.key_map).toEqual((items.get(`user_data_id_${name}`) as User["user_data"]).key_map);
		expect(await user?.getPrivateKey(user.user_data.newest_key_id)).toBeTypeOf("string");
	});

	it("has times as text, as the reference client stores them of keys that it fetched", async () => {
		const { user } = await startDamaged(`user_data_id_${name}`, (item: User["user_data"]) => {
			return { ...item, user_keys: item.user_keys.map((key) => ({ ...key, time: String(key.time) })) };
		});
		expect(user?.user_data).toMatchObject({ user_id: ownId, user_keys: [{ time: expect.any(Number) }] });
	});

	it("has cut keys: what needs them is a typed error", async () => {
		const { user } = await startDamaged(`user_data_id_${name}`, (item: User["user_data"]) => {
			for (const key of item.user_keys) key.sign_key = key.sign_key.slice(0, 100);
			return item;
		});
		expect(await user?.encryptString("text", bobId)).toBeTypeOf("string");
		expect(isSentcError(await rejection(Promise.resolve(user?.encryptString("text", bobId, true))))).toBe(true);
	});

	it("whose JWT is cut can't go on and says why", async () => {
		const { sentc, user } = await startDamaged(`user_data_id_${name}`, (item: User["user_data"]) => {
			return { ...item, jwt: item.jwt.slice(0, 20) };
		});
		expect(user).toBeUndefined();
		expect(isSentcError(sentc.resumeError)).toBe(true);
	});

	it.each(JUNK)("of nobody: actual_user is %s", async (_, junk) => {
		const { sentc, user } = await startDamaged("actual_user", () => junk);
		expect(user).toBeUndefined();
		expect(await rejection(sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		expect(await sentc.getUser(name)).toMatchObject({ user_data: { user_id: ownId } });
	});
});

describe("a damaged group, public key, verify key or pin", () => {
	const damagedKeys = (): string[] => [
		`group_data_user_${ownId}_id_${groupId}`,
		`group_public_key_id_${groupId}`,
		`user_public_key_id_${bobId}`,
		`key_pin_user_${ownId}_id_${bobId}`,
	];

	async function useGroup({ user }: Damaged): Promise<void> {
		const group = await user?.getGroup(groupId);
		expect(group?.decryptStringSync(group.encryptStringSync("text"))).toBe("text");
	}

	async function useKeys({ sentc }: Damaged): Promise<void> {
		expect((await sentc.getUserPublicKey(bobId)).public_key_id).toBe(bobKeyId());
		expect(await sentc.getUserVerifyKey(bobId, bobKeyId())).toBe(items.get(verifyKeyItem()));
		expect((await sentc.getGroupPublicKey(groupId)).id).toBe(groupKeyId());
	}

	const use = (key: string): ((damaged: Damaged) => Promise<void>) =>
		key.startsWith("group_data") ? useGroup : useKeys;
	const groupKeyId = (): string => (items.get(`group_public_key_id_${groupId}`) as { id: string }).id;
	const bobKeyId = (): string => (items.get(`user_public_key_id_${bobId}`) as { public_key_id: string }).public_key_id;
	const verifyKeyItem = (): string => `user_verify_key_id_${bobId}_key_id_${bobKeyId()}`;

	it.each(JUNK)("is loaded anew: %s", async (_, junk) => {
		for (const key of [...damagedKeys(), verifyKeyItem()]) {
			const damaged = await startDamaged(key, () => junk);
			await use(key)(damaged);
			expect(await damaged.storage.getItem(key)).not.toEqual(junk);
			expectNoPollution();
		}
	});

	it("is loaded anew, or works, whatever member is damaged", async () => {
		for (const key of damagedKeys()) {
			for (const damage of sample([...damages(items.get(key))])) await use(key)(await startDamaged(key, () => damage));
		}
	});
});

describe("a storage that is emptied while a session runs", () => {
	it("leaves the session to the objects that have it, and nothing comes back", async () => {
		const { sentc, storage, user } = await signUp(api);
		const group = await user.getGroup(await user.createGroup());
		await storage.cleanStorage();
		expect(await group.decryptString(await group.encryptString("text"))).toBe("text");
		expect(await user.encryptString("text", bobId)).toBeTypeOf("string");
		await user.fetchUserKey(user.user_data.newest_key_id);
		await user.getGroup(group.data.group_id);
		expect(await rejection(sentc.getActualUser())).toMatchObject({ code: "NO_ACTUAL_USER" });
		expect(await storage.keys()).toEqual([]);
		await user.logOut();
		expect(await storage.keys()).toEqual([]);
	});
});

describe("logOut", () => {
	it("leaves nothing of the user behind, whatever was stored", async () => {
		const { sentc, storage, user } = await signUp(api);
		const group = await user.getGroup(await user.createGroup());
		const { public_key_id } = await sentc.getUserPublicKey(bobId);
		await sentc.getUserVerifyKey(bobId, public_key_id);
		await sentc.getGroupPublicKey(group.data.group_id);
		await user.createSafetyNumber({ user_id: bobId, verify_key_id: public_key_id });
		const kinds = ["actual_user", "user_data_id_", "user_public_key_id_", "user_verify_key_id_"].concat([
			"group_data_user_",
			"group_public_key_id_",
			"key_pin_user_",
		]);
		const stored = await storage.keys();
		for (const kind of kinds)
			expect(
				stored.some((key) => key.startsWith(kind)),
				kind,
			).toBe(true);
		for (const key of stored)
			expect(
				kinds.some((kind) => key.startsWith(kind)),
				key,
			).toBe(true);
		await user.logOut();
		expect(await storage.keys()).toEqual([]);
	});
});
