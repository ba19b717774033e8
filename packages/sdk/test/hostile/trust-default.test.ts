import { PASSWORD, signUp } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { type KeyChange, MemoryStorage, SentcClient, type SentcOptions } from "../../src/index.js";
import { tamper } from "../support/between.js";
import { NEWEST_PUBLIC_KEY, startPeople } from "./people.js";

const people = await startPeople();
const { api, bob, mallory } = people;
afterAll(() => api.close());

/** Somebody who knows Bob, at an API that answers Mallory's key as his from then on. */
async function betrayed(options: Partial<Omit<SentcOptions, "storage">>) {
	const between = tamper();
	const { user } = await signUp(api, { fetch: between.fetch, public_key_lifetime: 0, ...options });
	await user.getPublicKey(bob.id);
	between.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
	return user;
}

describe("an API that replaces the key of a known user, while the app says nothing about changed keys", () => {
	it("gets nothing encrypted for it by an instance of createSentc", async () => {
		const user = await betrayed({});
		await expect(user.encryptString("hello", bob.id)).rejects.toMatchObject({ code: "KEY_CHANGED", userId: bob.id });
		await user.acceptKeyChange(bob.id, mallory.keyId);
		expect(await mallory.user.decryptString(await user.encryptString("hello", bob.id))).toBe("hello");
	});

	it("is only told of when the app has a function for it", async () => {
		const changes: KeyChange[] = [];
		const user = await betrayed({ on_key_change: (change) => changes.push(change) });
		await user.encryptString("hello", bob.id);
		expect(changes).toMatchObject([{ user_id: bob.id, blocked: false }]);
	});

	it.each(["warn", "block"] as const)("key_change: %s counts whatever else is given", async (key_change) => {
		const silent = await betrayed({ key_change });
		const told = await betrayed({ key_change, on_key_change: () => {} });
		for (const user of [silent, told]) {
			const written = user.encryptString("hello", bob.id);
			if (key_change === "warn") await written;
			else await expect(written).rejects.toMatchObject({ code: "KEY_CHANGED" });
		}
	});

	it("is taken by the default instance, as the reference does", async () => {
		const { base_url, app_token } = api;
		const storage = new MemoryStorage();
		const between = tamper();
		const sentc = new SentcClient({ base_url, app_token, fetch: between.fetch, public_key_lifetime: 0, worker: false });
		await sentc.init({ storage: { getStorage: async () => storage } });
		const { name } = await signUp(api);
		const user = await sentc.login(name, PASSWORD, true);
		await user.getPublicKey(bob.id);
		between.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		await user.encryptString("hello", bob.id);
	});
});
