import { freshName, newUser, PASSWORD, rejection, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { createSentc } from "../../src/index.js";
import { tamper } from "../support/between.js";
import { NEWEST_PUBLIC_KEY, startPeople } from "./people.js";

const people = await startPeople();
const { bob, mallory } = people;
afterAll(() => people.api.close());

describe("what is known of other users", () => {
	it("is kept over a restart, apart from the cache", async () => {
		const ann = await people.newAnn("block");
		await ann.user.getPublicKey(bob.id);
		await ann.storage.delete(`user_public_key_id_${bob.id}`);
		const later = await people.nextPage(ann, "block");
		later.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		expect(await rejection(later.user.getPublicKey(bob.id))).toMatchObject({ code: "KEY_CHANGED" });
	});

	it("belongs to the user who is logged in, and goes with that user alone", async () => {
		const ann = await people.signUpAnn("block");
		const cleoName = freshName();
		const cleo = await newUser(ann.sentc, cleoName);
		await Promise.all([ann.user.getPublicKey(bob.id), cleo.getPublicKey(bob.id)]);
		const pins = async (): Promise<string[]> => (await ann.storage.keys()).filter((key) => key.startsWith("key_pin_"));
		expect(await pins()).toHaveLength(2);
		await ann.user.logOut();
		expect(await pins()).toEqual([`key_pin_user_${cleo.user_data.user_id}_id_${bob.id}`]);
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		expect(await rejection(cleo.getPublicKey(bob.id))).toMatchObject({ code: "KEY_CHANGED" });
		expect(ann.tellers).toEqual([cleoName]);
	});

	it("starts anew after a log in", async () => {
		const ann = await people.signUpAnn("block");
		await ann.user.getPublicKey(bob.id);
		await ann.user.logOut();
		const again = await ann.sentc.login(ann.name, PASSWORD, true);
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		await again.getPublicKey(bob.id);
		expect(ann.changes).toEqual([]);
	});

	it("is nothing when nobody is logged in", async () => {
		const tampered = tamper();
		const { sentc, storage } = await startSentc(people.api, { fetch: tampered.fetch, public_key_lifetime: 0 });
		await sentc.getUserPublicKey(bob.id);
		tampered.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		expect((await sentc.getUserPublicKey(bob.id)).public_key_id).toBe(mallory.keyId);
		expect((await storage.keys()).filter((key) => key.startsWith("key_pin_"))).toEqual([]);
	});
});

describe("the options", () => {
	it("are checked", async () => {
		const { base_url, app_token } = people.api;
		for (const [options, field] of [
			[{ key_change: "ignore" }, "key_change"],
			[{ on_key_change: "tell me" }, "on_key_change"],
			[{ public_key_lifetime: -1 }, "public_key_lifetime"],
			[{ public_key_lifetime: "1 h" }, "public_key_lifetime"],
		] as const) {
			const client = createSentc({ base_url, app_token, ...(options as object) });
			expect(await rejection(client.init())).toMatchObject({ name: "InvalidInput", field });
		}
	});
});
