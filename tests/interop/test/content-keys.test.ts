import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectSameKey, groupMaster, type Master, onBoth, userMaster } from "./master-keys.js";
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
