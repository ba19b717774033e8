import { createCrypto } from "@sentc-ts/core-crypto";
import { startApi, thrown } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group } from "../../src/index.js";
import { type Member, newGroup, newMember } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

let ada: Member;
let group: Group;
beforeAll(async () => {
	ada = await newMember(api);
	group = await newGroup(ada.user);
});

const keyIdOf = (key: string): string => Object.values<{ key_id: string }>(JSON.parse(key))[0]?.key_id ?? "";

describe("a group's search", () => {
	it("finds a text by its starts, for every member", async () => {
		const bob = await newMember(api);
		await group.inviteAuto(bob.id);
		const seen = await bob.user.getGroup(group.data.group_id);
		const hashes = group.createSearchRaw("hello");
		expect(hashes).toHaveLength(5);
		for (const start of ["h", "hell", "hello"]) expect(hashes).toContain(seen.search(start));
		for (const other of ["H", "ello", "hello!", ""]) expect(hashes).not.toContain(seen.search(other));
		expect(group.createSearch("hello")).toEqual([hashes, "HMAC-SHA256", keyIdOf(group.getNewestHmacKey())]);
	});

	it("takes whole texts, and limits", () => {
		expect(group.createSearchRaw("hello", true)).toEqual([group.search("hello")]);
		expect(group.createSearchRaw("hello", false, 1)).toEqual([group.search("h"), group.search("he")]);
		expect(group.createSearch("hello", true)[0]).toEqual([group.search("hello")]);
		expect(group.createSearch("hello", false, 0)[0]).toEqual([group.search("h")]);
	});

	it("finds by the same key after a rotation", async () => {
		const before = group.createSearchRaw("hello");
		await group.keyRotation();
		expect(before).toContain(group.search("hello"));
		const again = await ada.user.getGroup(group.data.group_id);
		expect(again.search("hello")).toBe(group.search("hello"));
	});

	it("is another one in another group", async () => {
		const other = await newGroup(ada.user);
		expect(other.search("hello")).not.toBe(group.search("hello"));
	});

	it("sends nothing, and refuses what has no hash", async () => {
		const requests = await api.requestsOf(async () => {
			expect(thrown(() => group.createSearchRaw(""))).toMatchObject({ status: "client_301" });
			expect(thrown(() => group.createSearch("x".repeat(201)))).toMatchObject({ status: "client_300" });
			for (const bad of [5, null, undefined]) {
				for (const call of [
					() => group.createSearchRaw(bad as never),
					() => group.createSearch(bad as never),
					() => group.search(bad as never),
				]) {
					expect(thrown(call)).toMatchObject({ code: "INVALID_INPUT", field: "text" });
				}
			}
			expect(thrown(() => group.createSearchRaw("a", false, -1))).toMatchObject({ field: "limit" });
			expect(thrown(() => group.createSearchRaw("a", 1 as never))).toMatchObject({ field: "full" });
		});
		expect(requests).toEqual([]);
	});
});

describe("a group's sorting", () => {
	it("keeps the order of numbers and texts, for every member", async () => {
		const numbers = [0, 1, 2, 1000, 65_532].map((number) => group.encryptSortableRawNumber(number));
		expect(numbers).toEqual(numbers.toSorted((a, b) => Number(a - b)));
		expect(new Set(numbers).size).toBe(numbers.length);
		const texts = ["Zoe", "anna", "bob"].map((text) => group.encryptSortableRawString(text));
		expect(texts).toEqual(texts.toSorted((a, b) => Number(a - b)));
		const again = await ada.user.getGroup(group.data.group_id);
		expect(again.encryptSortableRawNumber(1000n)).toBe(numbers[3]);
	});

	it("answers bigints, with algorithm and key", () => {
		const key = group.getNewestSortableKey();
		const { number, alg, keyId } = createCrypto().encryptSortableNumber({ key, number: 7 });
		expect(group.encryptSortableNumber(7n)).toEqual([BigInt(number), alg, keyId]);
		expect([alg, keyId]).toEqual(["OPE-16", keyIdOf(key)]);
		expect(group.encryptSortableString("bob")).toEqual([group.encryptSortableRawString("bob"), alg, keyId]);
	});

	it("refuses what it has no number for", () => {
		for (const bad of [65_533, -1, 65_533n, -1n, 2n ** 64n]) {
			expect(thrown(() => group.encryptSortableRawNumber(bad))).toMatchObject({ status: "client_61" });
			expect(thrown(() => group.encryptSortableNumber(bad))).toMatchObject({ status: "client_61" });
		}
		for (const bad of ["7", 1.5, null, Number.NaN]) {
			expect(thrown(() => group.encryptSortableNumber(bad as never))).toMatchObject({ field: "number" });
		}
		for (const bad of [5, null, "abcé"]) {
			expect(thrown(() => group.encryptSortableRawString(bad as never))).toMatchObject({ field: "text" });
			expect(thrown(() => group.encryptSortableString(bad as never))).toMatchObject({ field: "text" });
		}
	});
});

it("the fields that code for the reference SDK reads are there", () => {
	const { base_url, app_token } = api;
	expect(group).toMatchObject({ base_url, app_token, user: ada.user });
	expect(group.data.hmac_keys).toEqual([group.getNewestHmacKey()]);
	expect(group.data.sortable_keys).toEqual([group.getNewestSortableKey()]);
});

it("a group without such keys says so, and all ends with the session", async () => {
	const { user } = await newMember(api);
	const own = await newGroup(user);
	const calls = [
		() => own.createSearchRaw("a"),
		() => own.createSearch("a"),
		() => own.search("a"),
		() => own.encryptSortableRawNumber(1),
		() => own.encryptSortableNumber(1),
		() => own.encryptSortableRawString("a"),
		() => own.encryptSortableString("a"),
	];
	own.data.hmac_keys.length = 0;
	own.data.sortable_keys.length = 0;
	for (const call of calls) expect(thrown(call)).toMatchObject({ code: "KEY_NOT_FOUND" });
	await user.logOut();
	for (const call of calls) expect(thrown(call)).toMatchObject({ code: "SESSION_ENDED" });
});
