import { PASSWORD, rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Group, SymKey, type User } from "../../src/index.js";
import { changing } from "../support/between.js";
import { type Member, newGroup, newMember } from "../support/groups.js";
import { bytesOf, expectSameKey, headIdOf } from "../support/sym-keys.js";

const api = await startApi();
afterAll(() => api.close());

let [ann, bob] = [] as unknown as [Member, Member];
let group: Group;
beforeAll(async () => {
	[ann, bob] = [await newMember(api), await newMember(api)];
	group = await newGroup(ann.user);
});

describe.each<[name: string, register: () => Promise<SymKey>, reader: () => User | Group, masterId: () => string]>([
	["a group", () => group.registerKey(), () => group, () => group.data.newest_key_id],
	["another user", () => ann.user.registerKey(bob.id), () => bob.user, () => bob.user.user_data.newest_key_id],
])("a registered key for %s", (_, register, readerOf, masterId) => {
	it("has the id that the API gave it, and is fetched by it", async () => {
		const key = await register();
		expect(key).toBeInstanceOf(SymKey);
		const { base_url, app_token } = api;
		expect({ ...key }).toEqual({ base_url, app_token, key: key.key, key_id: key.key_id, master_key_id: masterId() });
		expect(headIdOf(key)).toBe(key.key_id);
		const fetched = await readerOf().fetchKey(key.key_id);
		expect({ ...fetched }).toEqual({ ...key });
		expectSameKey(key, fetched);
	});

	it("is in the list of its master key, newest first and paged", async () => {
		const reader = readerOf();
		const [older, newer] = [await register(), await register()];
		const page = await reader.fetchKeysOfMaster(masterId());
		expect(page.slice(0, 2).map(({ key_id }) => key_id)).toEqual([newer.key_id, older.key_id]);
		expect(page[0]?.sym_key.key).toBe(newer.key);
		expect(page[0]?.time).toBeGreaterThan(0);
		const [next] = await reader.fetchKeysOfMaster(masterId(), page[0]);
		expect(next?.key_id).toBe(older.key_id);
	});
});

describe("a registered key", () => {
	it("is deleted by who registered it alone", async () => {
		const { key_id } = await group.registerKey();
		await bob.user.deleteKey(key_id);
		expect((await group.fetchKey(key_id)).key_id).toBe(key_id);
		await group.deleteKey(key_id);
		await group.deleteKey(key_id);
		expect(await rejection(group.fetchKey(key_id))).toMatchObject({ status: "server_400" });
	});

	it("opens for nobody else", async () => {
		const { key_id } = await group.registerKey();
		expect(await rejection(bob.user.fetchKey(key_id))).toMatchObject({ status: "server_304" });
		const other = await newGroup(ann.user);
		expect(await rejection(other.fetchKey(key_id))).toMatchObject({ status: "server_304" });
		const forBob = await ann.user.registerKey(bob.id);
		expect(await rejection(ann.user.fetchKey(forBob.key_id))).toMatchObject({ status: "server_304" });
	});

	it("opens after a rotation, and stays when its maker is gone", async () => {
		const gone = await newMember(api);
		await group.inviteAuto(gone.id);
		const seen = await gone.user.getGroup(group.data.group_id);
		const key = await seen.registerKey();
		await group.keyRotation();
		await gone.user.deleteUser(PASSWORD);
		expect(bytesOf(await group.fetchKey(key.key_id))).toBe(bytesOf(key));
	});

	it("needs ids", async () => {
		const invalid = (field: string) => ({ code: "INVALID_INPUT", field });
		for (const owner of [group, ann.user]) {
			for (const bad of ["", 5, null]) {
				expect(await rejection(owner.fetchKey(bad as never))).toMatchObject(invalid("key_id"));
				expect(await rejection(owner.deleteKey(bad as never))).toMatchObject(invalid("key_id"));
				const list = owner.fetchKeysOfMaster(bad as never);
				expect(await rejection(list)).toMatchObject(invalid("master_key_id"));
			}
		}
		expect(await rejection(ann.user.registerKey(""))).toMatchObject(invalid("reply_id"));
	});

	it("ends with the session", async () => {
		const { user } = await newMember(api);
		const key = await user.registerKey(user.user_data.user_id);
		await user.logOut();
		for (const call of [
			user.registerKey(bob.id),
			user.fetchKey(key.key_id),
			user.fetchKeysOfMaster(key.master_key_id),
			user.deleteKey(key.key_id),
		]) {
			expect(await rejection(call)).toMatchObject({ code: "SESSION_ENDED" });
		}
	});
});

describe("an API that lies about registered keys", () => {
	it("can't answer another id, and no key of another master key in a list", async () => {
		const [key, other] = [await group.registerKey(), await group.registerKey()];
		ann.through(changing(`GET /keys/sym_key/${key.key_id}`, (record) => ({ ...record, key_id: other.key_id })));
		expect(await rejection(group.fetchKey(key.key_id))).toMatchObject({ code: "ANSWER_FORGED", what: "key" });
		const path = new RegExp(`^GET /keys/sym_key/master_key/${key.master_key_id}/`);
		ann.through(changing<object[]>(path, ([first]) => [{ ...first, master_key_id: "other" }]));
		const listed = await rejection(group.fetchKeysOfMaster(key.master_key_id));
		expect(listed).toMatchObject({ code: "ANSWER_FORGED", what: "key" });
		ann.beHonest();
	});

	it("hides no other key behind one that does not open", async () => {
		const [good, bad] = [await group.registerKey(), await group.registerKey()];
		const path = new RegExp(`^GET /keys/sym_key/master_key/${good.master_key_id}/`);
		ann.through(
			changing(path, (list: { key_id: string }[]) =>
				list.map((key) => (key.key_id === bad.key_id ? { ...key, encrypted_key_string: "!" } : key)),
			),
		);
		const ids = (await group.fetchKeysOfMaster(good.master_key_id)).map(({ key_id }) => key_id);
		expect(ids).toContain(good.key_id);
		expect(ids).not.toContain(bad.key_id);
		ann.beHonest();
	});
});
