import type { GroupKeyServerOutput, HmacKey, SortableKey } from "@sentc-ts/core-crypto/wire";
import { newUser, rejection, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Group, type GroupOutDataKeys, type User } from "../../src/index.js";
import { SECRET, TEXT } from "../support/samples.js";

const api = await startApi();
const sentc = (await startSentc(api)).sentc;
afterAll(() => api.close());

describe("group", () => {
	let user: User;
	let group: Group;
	beforeAll(async () => {
		user = await newUser(sentc);
		group = await user.getGroup(await user.createGroup());
	});

	it("has keys, rank and times", async () => {
		expect(group).toBeInstanceOf(Group);
		const { data } = group;
		expect(data).toMatchObject({ rank: 0, key_update: false, from_parent: false, is_connected_group: false });
		expect(data.create_time).toMatch(/^\d+$/);
		expect(await group.getSymKeyToEncrypt()).toEqual(group.getSymKeyToEncryptSync());
		const [key, id] = group.getSymKeyToEncryptSync();
		expect(id).toBe(data.newest_key_id);
		expect(await group.getSymKeyById(id)).toBe(key);
		expect(group.getSymKeyByIdSync(id)).toBe(key);
		expect(await group.getSignKey()).toBe(group.getSignKeySync());
		expect(group.getNewestHmacKey()).toBeTypeOf("string");
		expect(group.getNewestSortableKey()).toBeTypeOf("string");
		expect(await group.getJwt()).toBe(await user.getJwt());
		expect(await sentc.getGroupPublicKey(data.group_id)).toEqual({ key: data.keys[0]?.exported_public_key, id });
	});

	it("is listed", async () => {
		const groups = await user.getGroups();
		expect(groups.map((item) => item.group_id)).toEqual([group.data.group_id]);
		expect(await user.getGroups(groups.at(-1))).toEqual([]);
	});

	it.each([false, true])("encrypts all forms, sign: %s", async (sign) => {
		const raw = await group.encryptRaw(SECRET, sign);
		expect(await group.decryptRaw(raw.head, raw.data)).toEqual(SECRET);
		const rawSync = group.encryptRawSync(SECRET, sign);
		expect(group.decryptRawSync(rawSync.head, rawSync.data)).toEqual(SECRET);
		expect(await group.decrypt(await group.encrypt(SECRET, sign))).toEqual(SECRET);
		expect(group.decryptSync(group.encryptSync(SECRET, sign))).toEqual(SECRET);
		expect(await group.decryptString(await group.encryptString(TEXT, sign))).toBe(TEXT);
		expect(group.decryptStringSync(group.encryptStringSync(TEXT, sign))).toBe(TEXT);
		const userId = user.user_data.user_id;
		if (sign) expect(await group.decrypt(await group.encrypt(SECRET, true), true, userId)).toEqual(SECRET);
	});

	it("takes an ArrayBuffer and no bytes at all", async () => {
		expect(group.decryptSync(group.encryptSync(SECRET.slice().buffer))).toEqual(SECRET);
		expect(await group.decrypt(await group.encrypt(new Uint8Array()))).toEqual(new Uint8Array());
		expect(await group.decryptString(await group.encryptString(""))).toBe("");
	});

	it("comes from the storage the second time, and fetches its keys again when they must be checked", async () => {
		const id = await user.createGroup(true);
		const first = await user.getGroup(id);
		const before = api.requests.length;
		const second = await user.getGroup(id);
		expect(api.requests.slice(before)).toEqual([]);
		expect(second.decryptStringSync(first.encryptStringSync(TEXT))).toBe(TEXT);

		const checked = await user.getGroup(id, undefined, 2);
		expect(api.requests.slice(before)).toContain(`GET /api/v1/group/${id}`);
		expect(checked.data.keys).toEqual(first.data.keys.map((key) => ({ ...key, signature: "verified" })));
	});

	it("fetches keys that are not on this device", async () => {
		const { data } = group;
		const text = group.encryptStringSync(TEXT);
		const keys = [...data.keys];
		data.keys = [];
		data.key_map = new Map();
		const stored = `group_data_user_${user.user_data.user_id}_id_${data.group_id}`;
		await (await sentc.getStore()).delete(stored);
		expect(() => group.decryptStringSync(text)).toThrow(expect.objectContaining({ code: "KEY_NOT_FOUND" }));
		expect(await group.decryptString(text)).toBe(TEXT);
		expect(data.keys).toEqual(keys.map((key) => ({ ...key, unproven: true })));

		data.keys = [];
		data.key_map = new Map();
		expect(await group.fetchKeys(await group.getJwt())).toMatchObject({ keys });
		expect(await group.fetchKeys(await group.getJwt())).toMatchObject({ keys });
	});

	it("opens keys as the API answers them", async () => {
		const jwt = await user.getJwt();
		const headers = { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${jwt}` };
		const answer = await fetch(`${api.base_url}/api/v1/group/${group.data.group_id}`, { headers });
		const { result } = await answer.json();
		const list: GroupOutDataKeys[] = result.keys.map((key: GroupKeyServerOutput) => ({
			private_key_id: key.user_public_key_id,
			key_data: JSON.stringify(key),
		}));
		expect(group.data.keys).toMatchObject(await group.decryptKey(list));
		for (const key_data of ["", "{}", "null", "<html>"]) {
			expect(await rejection(group.decryptKey([{ private_key_id: "id", key_data }]))).toMatchObject({
				code: "JSON_INVALID",
			});
		}
	});

	it("opens searchable and sortable keys as the API answers them", async () => {
		const { user: member } = await signUp(api);
		const own = await member.getGroup(await member.createGroup());
		const headers = { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${await member.getJwt()}` };
		const answer = await fetch(`${api.base_url}/api/v1/group/${own.data.group_id}`, { headers });
		const { result }: { result: { hmac_keys: HmacKey[]; sortable_keys: SortableKey[] } } = await answer.json();
		const hmac = result.hmac_keys.map((key) => ({
			group_key_id: key.encrypted_hmac_encryption_key_id,
			key_data: JSON.stringify(key),
		}));
		expect(await own.decryptHmacKeys(hmac)).toEqual([own.getNewestHmacKey()]);
		const sortable = result.sortable_keys.map((key) => ({
			group_key_id: key.encrypted_sortable_encryption_key_id,
			key_data: JSON.stringify(key),
		}));
		expect(await own.decryptSortableKeys(sortable)).toEqual([own.getNewestSortableKey()]);
		expect(await rejection(own.decryptSortableKeys([{ group_key_id: "", key_data: "{}" }]))).toMatchObject({
			field: "list[0].group_key_id",
		});
		expect(await rejection(own.decryptSortableKeys([{ group_key_id: "id", key_data: "{}" }]))).toMatchObject({
			code: "JSON_INVALID",
		});
	});

	it("asks for updates", async () => {
		group.data.rank = 4;
		group.data.last_check_time = 0;
		await group.groupUpdateCheck();
		expect(group.data.rank).toBe(0);
		expect(group.data.last_check_time).toBeGreaterThan(0);
	});

	it("asks for updates by itself when the stored state is older than five minutes", async () => {
		const { storage, user: owner } = await signUp(api);
		const id = await owner.createGroup();
		await owner.getGroup(id);
		const key = (await storage.keys()).find((name) => name.startsWith("group_data_user_")) ?? "";
		await storage.set(key, { ...(await storage.getItem<object>(key)), rank: 3, last_check_time: Date.now() - 300_001 });
		expect((await owner.getGroup(id)).data.rank).toBe(0);
		expect(await storage.getItem(key)).toMatchObject({ rank: 0 });
	});

	it("opens from the storage while the API can't be reached, and asks when it can", async () => {
		const { storage, user: owner } = await signUp(api);
		const group = await owner.getGroup(await owner.createGroup());
		const text = await group.encryptString(TEXT, true);
		const key = (await storage.keys()).find((name) => name.startsWith("group_data_user_")) ?? "";
		await storage.set(key, { ...(await storage.getItem<object>(key)), rank: 3, last_check_time: Date.now() - 300_001 });
		await api.stop();
		const offline = await owner.getGroup(group.data.group_id);
		expect(offline.data.rank).toBe(3);
		expect(await offline.decryptString(text, true, owner.user_data.user_id)).toBe(TEXT);
		await api.restart();
		expect((await owner.getGroup(group.data.group_id)).data.rank).toBe(0);
	});

	it("asks for updates when five minutes have passed, once, and not before", async () => {
		const { group_id, last_check_time } = (await user.getGroup(await user.createGroup())).data;
		const asked = (after: number): Promise<string[]> => {
			vi.setSystemTime(last_check_time + after);
			return api.requestsOf(() => user.getGroup(group_id));
		};
		const check = `GET /api/v1/group/${group_id}/update_check`;
		vi.useFakeTimers({ toFake: ["Date"] });
		try {
			expect(await asked(300_000)).toEqual([]);
			expect(await asked(300_001)).toContain(check);
			expect(await asked(600_001)).not.toContain(check);
			expect(await asked(600_002)).toContain(check);
		} finally {
			vi.useRealTimers();
		}
	});

	it("is created through an own backend", async () => {
		const headers = { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${await user.getJwt()}` };
		for (const body of [user.prepareGroupCreate(true), await user.prepareGroupCreateAsync()]) {
			const answer = await fetch(`${api.base_url}/api/v1/group`, { method: "POST", headers, body });
			const { result } = await answer.json();
			expect((await user.getGroup(result.group_id)).decryptStringSync).toBeTypeOf("function");
		}
	});

	it("is deleted", async () => {
		const doomed = await user.getGroup(await user.createGroup());
		await doomed.deleteGroup();
		await expect(user.getGroup(doomed.data.group_id)).rejects.toMatchObject({ status: "server_310" });
	});

	it("is not deleted by a member whose rank is too low: nothing is sent", async () => {
		const kept = await user.getGroup(await user.createGroup());
		kept.data.rank = 2;
		const before = api.requests.length;
		await expect(kept.deleteGroup()).rejects.toMatchObject({ status: "client_201", code: "NO_PERMISSION" });
		expect(api.requests.slice(before)).toEqual([]);
	});

	it("stays closed to others", async () => {
		const { user: stranger } = await signUp(api);
		await expect(stranger.getGroup(group.data.group_id)).rejects.toMatchObject({ status: "server_310" });
	});
});

describe("signatures", () => {
	it("are required by createSentc when somebody asks to verify", async () => {
		const user = await newUser(sentc);
		const id = await user.createGroup();
		const group = await user.getGroup(id);
		const userId = user.user_data.user_id;
		const verifyKey = user.user_data.user_keys[0]?.exported_verify_key;
		const unsigned = await group.encryptString(TEXT);
		const refusal = { code: "SIGNATURE_REQUIRED" };
		await expect(group.decryptString(unsigned, true, userId)).rejects.toMatchObject(refusal);
		await expect(group.decrypt(group.encryptSync(SECRET), true, userId)).rejects.toMatchObject(refusal);
		expect(() => group.decryptStringSync(unsigned, verifyKey)).toThrow(expect.objectContaining(refusal));
		await expect(group.decryptString(unsigned, true)).rejects.toMatchObject({ field: "user_id" });
		await expect(user.getGroup(id, undefined, 1)).rejects.toMatchObject(refusal);
		expect(await group.decryptString(unsigned)).toBe(TEXT);
	});

	it("are optional with require_signatures: false, as in the reference client", async () => {
		const { user } = await signUp(api, { require_signatures: false });
		const group = await user.getGroup(await user.createGroup(), undefined, 2);
		const verifyKey = user.user_data.user_keys[0]?.exported_verify_key;
		const unsigned = await group.encryptString(TEXT);
		expect(await group.decryptString(unsigned, true, user.user_data.user_id)).toBe(TEXT);
		expect(await group.decryptString(unsigned, true)).toBe(TEXT);
		expect(group.decryptStringSync(unsigned, verifyKey)).toBe(TEXT);
	});
});
