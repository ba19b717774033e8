import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectSameKey, groupMaster, type Master, onBoth, userMaster } from "./master-keys.js";
import { newest } from "./reference-device.js";
import { createWorld, statusOfCall, statusOfFailure } from "./world.js";

const world = await createWorld();
const both = await onBoth(world);
afterAll(() => world.close());

describe.each([
	["a group", groupMaster, () => both.ours],
	["a user", userMaster, () => both.theirsOnOurs],
] as const)("content keys for %s", (_, masterOf, openerOf) => {
	let master: Master;
	beforeAll(() => {
		master = masterOf(both);
	});

	it("made by the reference client are opened by our SDK", async () => {
		const { key, wrapped, masterKeyId } = master.generateTheirs();
		expect(masterKeyId).toBe(master.id);
		const opened = await master.openOurs(masterKeyId, wrapped);
		expect(opened.key).toBe(master.openTheirs(wrapped));
		expectSameKey(both, opened, opened.key, openerOf());
		expectSameKey(both, opened, key, openerOf());
	});

	it("made by our SDK are opened by the reference client, which makes the same form", async () => {
		const [key, wrapped] = await master.generateOurs();
		const reference = master.generateTheirs();
		const form = (text: string) => ({ ...JSON.parse(text), encrypted_key_string: "" });
		expect(form(wrapped)).toEqual(form(reference.wrapped));
		expect(Object.keys(JSON.parse(wrapped))).toEqual(Object.keys(JSON.parse(reference.wrapped)));
		expect(wrapped).toHaveLength(reference.wrapped.length);
		expect(key.key.replace(/"key":"[^"]*"/, "")).toBe(reference.key.replace(/"key":"[^"]*"/, ""));

		const opened = master.openTheirs(wrapped);
		expect(opened).toBe((await master.openOurs(key.master_key_id, wrapped)).key);
		expectSameKey(both, key, opened, both.ours);
		expectSameKey(both, key, key.key, both.ours);
	});

	it("are refused for the same reasons", async () => {
		const { wrapped } = master.generateTheirs();
		const damages: object[] = [
			{ alg: "x" },
			{ encrypted_key_string: "!" },
			{ encrypted_key_string: "A".repeat(JSON.parse(wrapped).encrypted_key_string.length) },
			{ key_id: undefined },
			{ master_key_id: undefined },
			{ time: undefined },
			{ time: -1 },
		];
		for (const damage of damages) {
			const damaged = JSON.stringify({ ...JSON.parse(wrapped), ...damage });
			const status = await statusOfCall(() => master.openTheirs(damaged));
			expect(status).toMatch(/^client_\d+$/);
			expect(await statusOfFailure(master.openOurs(master.id, damaged))).toBe(status);
		}
	});
});

describe("content keys that the API keeps", () => {
	const headers = { "x-sentc-app-token": world.token, "content-type": "application/json" };
	const stored = async (keyId: string): Promise<string> =>
		(await fetch(`${world.url}/api/v1/keys/sym_key/${keyId}`, { headers })).text();
	const register = async (wrapped: string): Promise<string> => {
		const { alg, encrypted_key_string, master_key_id } = JSON.parse(wrapped);
		const Authorization = `Bearer ${await both.ours.getJwt()}`;
		const body = JSON.stringify({ alg, encrypted_key_string, master_key_id });
		const request = { method: "POST", headers: { ...headers, Authorization }, body };
		return (await (await fetch(`${world.url}/api/v1/keys/sym_key`, request)).json()).result.key_id;
	};

	it("are the same for both clients, by a group key and by a public key", async () => {
		const [groupKey] = both.group.getSymKeyToEncryptSync();
		const key = await both.group.registerKey();
		expect(world.reference.done_fetch_sym_key(groupKey, await stored(key.key_id), false)).toBe(key.key);

		const ofUser = await both.ours.registerKey(both.theirs.id);
		const { private_key } = newest(both.theirs.keys);
		const opened = world.reference.done_fetch_sym_key_by_private_key(private_key, await stored(ofUser.key_id), false);
		expect(opened).toBe(ofUser.key);
	});

	it("made by the reference client are opened by our SDK", async () => {
		for (const [master, reader, owner] of [
			[groupMaster(both), both.group, both.ours],
			[userMaster(both), both.theirsOnOurs, both.theirsOnOurs],
		] as const) {
			const { key, wrapped } = master.generateTheirs();
			const fetched = await reader.fetchKey(await register(wrapped));
			expectSameKey(both, fetched, key, owner);
			expect(JSON.parse(fetched.key).Aes.key).toBe(JSON.parse(key).Aes.key);
			const listed = await reader.fetchKeysOfMaster(master.id);
			expect(listed.map(({ key_id }) => key_id)).toContain(fetched.key_id);
		}
	});
});

describe("search and order in a group", () => {
	it("are the same for both clients", () => {
		const [hmacKey, sortKey] = [both.group.getNewestHmacKey(), both.group.getNewestSortableKey()];
		const { create_searchable_raw, search, sortable_encrypt_raw_number, sortable_encrypt_raw_string } = world.reference;
		expect(both.group.createSearchRaw("Grüße")).toEqual(create_searchable_raw(hmacKey, "Grüße", false));
		expect(both.group.search("Grü")).toBe(search(hmacKey, "Grü"));
		expect(both.group.encryptSortableRawNumber(262)).toBe(sortable_encrypt_raw_number(sortKey, 262n));
		expect(both.group.encryptSortableRawString("abc")).toBe(sortable_encrypt_raw_string(sortKey, "abc"));
	});
});
