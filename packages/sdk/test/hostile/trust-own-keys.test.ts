import { PASSWORD, rejection, startSentc } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { type Json, NEWEST_PUBLIC_KEY, startPeople, VERIFY_KEY } from "./people.js";

const people = await startPeople();
const { mallory } = people;
afterAll(() => people.api.close());

describe("the own keys", () => {
	it("are never taken from the API's word", async () => {
		const ann = await people.newAnn("warn");
		const { user_data } = ann.user;
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		ann.api.lie(VERIFY_KEY, () => mallory.verifyKey);
		await ann.storage.delete(`user_public_key_id_${user_data.user_id}`);
		const [newest] = user_data.user_keys;
		expect(await ann.user.getPublicKey(user_data.user_id)).toMatchObject({ public_key: newest?.exported_public_key });
		expect(await ann.sentc.getUserPublicKey(user_data.user_id)).toMatchObject({ verified: true });
		expect(await ann.sentc.getUserVerifyKey(user_data.user_id, user_data.newest_key_id)).toBe(
			newest?.exported_verify_key,
		);
		const text = await ann.user.encryptString("note to myself", user_data.user_id, true);
		expect(await ann.user.decryptString(text, true, user_data.user_id)).toBe("note to myself");
		expect(ann.api.requests.filter((request) => NEWEST_PUBLIC_KEY.test(request) || VERIFY_KEY.test(request))).toEqual(
			[],
		);
	});
});

describe("the own public keys in the answer to a log in", () => {
	it.each(["public_group_key", "verify_key"])("%s of somebody else is refused", async (member) => {
		const { sentc, name, ...ann } = await people.signUpAnn("warn");
		await ann.user.logOut();
		const foreign = member === "verify_key" ? mallory.verifyKey["verify_key"] : mallory.key["public_key"];
		ann.api.lie(/\/verify_login$/, (login) => {
			const keys = login["user_keys"] as Json[];
			return { ...login, user_keys: keys.map((key) => ({ ...key, [member]: foreign })) };
		});
		expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({
			code: "KEYS_UNUSABLE",
			cause: { code: "ANSWER_FORGED", what: "own_key" },
		});
		expect(await ann.storage.keys()).toEqual([]);
	});

	it.each(["public_group_key", "verify_key"])(
		"%s of somebody else in an old key: that key is not taken",
		async (member) => {
			const { sentc, name, ...ann } = await people.signUpAnn("warn");
			const old = ann.user.user_data.newest_key_id;
			await ann.user.keyRotation();
			await ann.user.logOut();
			const foreign = member === "verify_key" ? mallory.verifyKey["verify_key"] : mallory.key["public_key"];
			ann.api.lie(/\/verify_login$/, (login) => {
				const [newest, second] = login["user_keys"] as Json[];
				return { ...login, user_keys: [newest, { ...second, [member]: foreign }] };
			});
			ann.api.lie(/\/user_keys\/key\//, (key) => ({ ...key, [member]: foreign }));
			const user = await sentc.login(name, PASSWORD, true);
			expect(user.user_data.user_keys).toHaveLength(1);
			// The old key, and the searchable one that it encrypts.
			const error = expect.objectContaining({ code: "ANSWER_FORGED", what: "own_key" });
			expect(user.unusable_keys).toEqual([
				{ key_id: old, error },
				{ key_id: expect.any(String), error },
			]);
		},
	);

	it("verify_key of somebody else in a key that an older version stored is refused when it is needed", async () => {
		const { name, storage, ...ann } = await people.signUpAnn("warn");
		const { user_data } = ann.user;
		const [key] = user_data.user_keys;
		if (!key) throw new Error("There is no key");
		const exported_verify_key = JSON.stringify({
			...JSON.parse(key.exported_verify_key),
			verify_key_pem: mallory.verifyKey["verify_key"],
		});
		await storage.set(`user_data_id_${name}`, { ...user_data, user_keys: [{ ...key, exported_verify_key }] });
		const { sentc } = await startSentc(people.api, { storage });
		const asked = sentc.getUserVerifyKey(user_data.user_id, user_data.newest_key_id);
		expect(await rejection(asked)).toMatchObject({ code: "ANSWER_FORGED", what: "own_key" });
	});

	it.each(["public_key_string", "verify_key_string"])("%s of the device is refused", async (member) => {
		const { sentc, name, ...ann } = await people.signUpAnn("warn");
		const foreign = member === "verify_key_string" ? mallory.verifyKey["verify_key"] : mallory.key["public_key"];
		ann.api.lie(/\/done_login$/, (login) => {
			const direct = login["Direct"] as { device_keys: Json };
			return { Direct: { ...direct, device_keys: { ...direct.device_keys, [member]: foreign } } };
		});
		expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({ code: "ANSWER_FORGED" });
	});
});
