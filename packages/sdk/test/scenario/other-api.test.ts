import { rejection, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { createSentc } from "../../src/index.js";

const [api, otherApi] = await Promise.all([startApi(), startApi()]);
afterAll(async () => {
	await Promise.all([api.close(), otherApi.close()]);
});

async function personElsewhere() {
	const { sentc, user } = await signUp(otherApi);
	const { user_id } = user.user_data;
	return { sentc, user, user_id, key: await sentc.getUserPublicKey(user_id) };
}

describe("public keys of an API that is named in the call", () => {
	it("come from there, and nothing of them is stored", async () => {
		const { base_url, app_token } = otherApi;
		const { sentc, storage } = await signUp(api);
		const before = await storage.keys();
		const { sentc: elsewhere, user, user_id } = await personElsewhere();
		const key = await sentc.getUserPublicKeyData(base_url, app_token, user_id);
		expect(key.public_key).toBe(user.user_data.user_keys[0]?.exported_public_key);
		expect(await sentc.verifyUsersPublicKey(base_url, app_token, user_id, key)).toBe(true);
		const signKeyId = key.public_key_sig_key_id ?? "";
		expect(await sentc.getUserVerifyKeyData(base_url, app_token, user_id, signKeyId)).toBe(
			await elsewhere.getUserVerifyKey(user_id, signKeyId),
		);
		const group_id = await user.createGroup();
		expect(await sentc.getGroupPublicKeyData(`${base_url}/`, app_token, group_id)).toEqual(
			await elsewhere.getGroupPublicKey(group_id),
		);
		expect(await storage.keys()).toEqual(before);
		expect(await rejection(sentc.getUserPublicKey(user_id))).toMatchObject({ status: "server_100" });
	});

	it("need no init", async () => {
		const { base_url, app_token } = otherApi;
		const { user_id, key } = await personElsewhere();
		const sentc = createSentc();
		const found = await sentc.getUserPublicKeyData(base_url, app_token, user_id);
		expect(found.public_key).toBe(key.public_key);
		expect(await sentc.verifyUsersPublicKey(base_url, app_token, user_id, { ...key, verified: false }, true)).toBe(
			true,
		);
		await sentc.close();
	});

	it("of the own API come from the cache", async () => {
		const { base_url, app_token } = api;
		const { sentc } = await signUp(api);
		const { user_id } = (await signUp(api)).user.user_data;
		const key = await sentc.getUserPublicKey(user_id);
		const before = api.requests.length;
		expect(await sentc.getUserPublicKeyData(base_url, app_token, user_id)).toEqual(key);
		expect(api.requests.length).toBe(before);
	});

	it("names the argument that is wrong", async () => {
		const { base_url, app_token } = api;
		const sentc = createSentc();
		const bad: [string, string, string, string][] = [
			["not a URL", app_token, "id", "base_url"],
			[base_url, "", "id", "app_token"],
			[base_url, app_token, "", "user_id"],
		];
		for (const [url, token, id, field] of bad) {
			expect(await rejection(sentc.getUserPublicKeyData(url, token, id))).toMatchObject({ field });
			expect(await rejection(sentc.getUserVerifyKeyData(url, token, id, "key"))).toMatchObject({ field });
		}
		expect(await rejection(sentc.getGroupPublicKeyData(base_url, app_token, ""))).toMatchObject({ field: "group_id" });
	});
});
