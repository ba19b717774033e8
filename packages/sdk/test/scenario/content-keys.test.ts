import { newUser, rejection, signUp, startApi, startSentc, thrown } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { type Group, SymKey, type User } from "../../src/index.js";
import { SECRET, TEXT } from "../support/samples.js";
import { bytesOf, changed, expectSameKey, headIdOf, verifyKeyOf } from "../support/sym-keys.js";

const api = await startApi();
const start = async () => newUser((await startSentc(api)).sentc);
const [ann, bob] = [await start(), await start()];
const bobId = bob.user_data.user_id;
const group = await ann.getGroup(await ann.createGroup());
afterAll(() => api.close());

const masters: [
	name: string,
	generate: () => Promise<[SymKey, string]>,
	owner: () => User | Group,
	id: () => string,
][] = [
	["another user", () => ann.generateNonRegisteredKey(bobId), () => bob, () => bob.user_data.newest_key_id],
	["oneself", () => bob.generateNonRegisteredKey(bobId), () => bob, () => bob.user_data.newest_key_id],
	["a group", () => group.generateNonRegisteredKey(), () => group, () => group.data.newest_key_id],
];

describe("a key whose parts the app kept", () => {
	it("is the same key, and outlives a log out", async () => {
		const { user } = await signUp(api);
		const [key] = await user.generateNonRegisteredKey(user.user_data.user_id);
		const parts = [key.base_url, key.app_token, key.key, key.key_id, key.master_key_id, key.sign_key] as const;
		expect(key.sign_key).toBe(user.getSignKeySync());
		const again = new SymKey(...parts);
		expect({ ...again, sign_key: again.sign_key }).toEqual({ ...key, sign_key: key.sign_key });
		expectSameKey(key, again);
		const verifyKey = verifyKeyOf(user);
		expect(again.decryptString(key.encryptString(TEXT, true), verifyKey)).toBe(TEXT);
		expect(key.decryptString(again.encryptString(TEXT, true), verifyKey)).toBe(TEXT);

		const unsigned = key.encryptString(TEXT);
		expect(thrown(() => key.decryptString(unsigned, verifyKey))).toMatchObject({ code: "SIGNATURE_REQUIRED" });
		expect(again.decryptString(unsigned, verifyKey)).toBe(TEXT);
		await user.logOut();
		expect(thrown(() => key.decryptString(unsigned))).toMatchObject({ code: "SESSION_ENDED" });
		expect(again.decryptString(unsigned)).toBe(TEXT);
		for (const [index, field] of ["base_url", "app_token", "key", "key_id", "master_key_id", "sign_key"].entries()) {
			const wrong = parts.with(index, 5 as never) as unknown as typeof parts;
			expect(thrown(() => new SymKey(...wrong))).toMatchObject({ code: "INVALID_INPUT", field });
		}
	});
});

describe.each(masters)("a key for %s", (_, generate, ownerOf, masterKeyId) => {
	it("has the fields and the encrypted form of the reference", async () => {
		const [key, wrapped] = await generate();
		expect(key).toBeInstanceOf(SymKey);
		const fields = { key_id: "non_register", master_key_id: masterKeyId() };
		expect({ ...key }).toEqual({ base_url: api.base_url, app_token: api.app_token, key: key.key, ...fields });
		expect(JSON.parse(key.key)).toEqual({ Aes: { key: expect.stringMatching(/^.{43}=$/), key_id: "" } });
		expect(JSON.parse(wrapped)).toEqual({
			alg: "AES-GCM-256",
			encrypted_key_string: expect.any(String),
			master_key_id: masterKeyId(),
			key_id: "non_registered",
			time: 0,
		});

		const opened = await ownerOf().getNonRegisteredKey(key.master_key_id, wrapped);
		expect({ ...opened }).toEqual({ base_url: "", app_token: "", key: opened.key, ...fields });
		expect(JSON.parse(opened.key)).toEqual({ Aes: { key: bytesOf(key), key_id: "non_registered" } });
		expect([headIdOf(key), headIdOf(opened)]).toEqual(["", "non_registered"]);
	});

	it("is the same key when it was opened, and another one each time it is made", async () => {
		const [key, wrapped] = await generate();
		expectSameKey(key, await ownerOf().getNonRegisteredKey(key.master_key_id, wrapped));

		const [other] = await generate();
		expect(bytesOf(other)).not.toBe(bytesOf(key));
		expect(thrown(() => other.decrypt(key.encrypt(SECRET)))).toMatchObject({ code: "DECRYPTION_FAILED" });
	});

	it("sends nothing but what its master keys need", async () => {
		const [{ master_key_id }, wrapped] = await generate();
		expect(await api.requestsOf(generate)).toEqual([]);
		expect(await api.requestsOf(() => ownerOf().getNonRegisteredKey(master_key_id, wrapped))).toEqual([]);
	});

	it("opens by no other key, and only as a whole", async () => {
		const [{ master_key_id }, wrapped] = await generate();
		const open = (text: string) => rejection(ownerOf().getNonRegisteredKey(master_key_id, text));
		for (const text of ["no JSON", "{}", "null", changed(wrapped, { time: "0" })]) {
			expect(await open(text)).toMatchObject({ code: "JSON_INVALID", status: "client_101" });
		}
		expect(await open(changed(wrapped, { encrypted_key_string: "!" }))).toMatchObject({ status: "client_21" });
		expect(await open(changed(wrapped, { alg: "x" }))).toMatchObject({ status: "client_1" });
		const { encrypted_key_string } = JSON.parse(wrapped);
		const end = encrypted_key_string.endsWith("AAAA") ? "BBBB" : "AAAA";
		const damaged = changed(wrapped, { encrypted_key_string: encrypted_key_string.slice(0, -4) + end });
		expect(await open(damaged)).toMatchObject({ status: "client_14" });
	});

	it.each(["", 5, null, undefined, {}, "\ud800"])("needs an id and an encrypted form, not %j", async (value) => {
		const [{ master_key_id }, wrapped] = await generate();
		const bad = value as string;
		const owner = ownerOf();
		const invalid = { code: "INVALID_INPUT" };
		const requests = await api.requestsOf(async () => {
			const noId = await rejection(owner.getNonRegisteredKey(bad, wrapped));
			expect(noId).toMatchObject({ ...invalid, field: "master_key_id" });
			const noForm = await rejection(owner.getNonRegisteredKey(master_key_id, bad));
			expect(noForm).toMatchObject({ ...invalid, field: "wrapped" });
		});
		expect(requests).toEqual([]);
	});
});

describe("the key of a user", () => {
	it("is for the receiver alone", async () => {
		const [key, wrapped] = await ann.generateNonRegisteredKey(bobId);
		const notTheirs = await rejection(ann.getNonRegisteredKey(key.master_key_id, wrapped));
		expect(notTheirs).toMatchObject({ status: "server_304" });
		const wrongId = await rejection(ann.getNonRegisteredKey(ann.user_data.newest_key_id, wrapped));
		expect(wrongId).toMatchObject({ status: "client_14" });
	});

	it("needs a receiver that exists", async () => {
		for (const bad of ["", 5, undefined]) {
			const noId = await rejection(ann.generateNonRegisteredKey(bad as string));
			expect(noId).toMatchObject({ code: "INVALID_INPUT", field: "reply_id" });
		}
		expect(await rejection(ann.generateNonRegisteredKey("nobody"))).toMatchObject({ status: "server_100" });
	});

	it("opens by a user key that is fetched", async () => {
		const [key, wrapped] = await ann.generateNonRegisteredKey(bobId);
		bob.user_data.user_keys.length = 0;
		bob.user_data.key_map.clear();
		const requests = await api.requestsOf(async () => {
			const opened = await bob.getNonRegisteredKey(key.master_key_id, wrapped);
			expect(bytesOf(opened)).toBe(bytesOf(key));
		});
		expect(requests).toEqual([`GET /api/v1/user/user_keys/key/${key.master_key_id}`]);
	});

	it("opens after a key rotation, whose changed public key is used only as the app allows", async () => {
		const { user: cleo } = await signUp(api, { public_key_lifetime: 0, key_change: "block" });
		const { user: dan } = await signUp(api);
		const { user_id } = dan.user_data;
		const [before, wrappedBefore] = await cleo.generateNonRegisteredKey(user_id);
		await dan.keyRotation();
		expect(bytesOf(await dan.getNonRegisteredKey(before.master_key_id, wrappedBefore))).toBe(bytesOf(before));

		expect(await rejection(cleo.generateNonRegisteredKey(user_id))).toMatchObject({ code: "KEY_CHANGED" });
		await cleo.acceptKeyChange(user_id, dan.user_data.newest_key_id);
		const [after, wrappedAfter] = await cleo.generateNonRegisteredKey(user_id);
		expect(after.master_key_id).toBe(dan.user_data.newest_key_id);
		expect(after.master_key_id).not.toBe(before.master_key_id);
		expect(bytesOf(await dan.getNonRegisteredKey(after.master_key_id, wrappedAfter))).toBe(bytesOf(after));
	});
});

describe("the key of a group", () => {
	it("opens by a group key that is fetched", async () => {
		const [key, wrapped] = await group.generateNonRegisteredKey();
		group.data.keys.length = 0;
		group.data.key_map.clear();
		const requests = await api.requestsOf(async () => {
			const opened = await group.getNonRegisteredKey(key.master_key_id, wrapped);
			expect(bytesOf(opened)).toBe(bytesOf(key));
		});
		expect(requests).toEqual([`GET /api/v1/group/${group.data.group_id}/key/${key.master_key_id}`]);
	});

	it("does not open in another group", async () => {
		const [{ master_key_id }, wrapped] = await group.generateNonRegisteredKey();
		const other = await ann.getGroup(await ann.createGroup());
		const unknown = await rejection(other.getNonRegisteredKey(master_key_id, wrapped));
		expect(unknown).toMatchObject({ status: "server_304" });
		const wrong = await rejection(other.getNonRegisteredKey(other.data.newest_key_id, wrapped));
		expect(wrong).toMatchObject({ status: "client_14" });
	});
});

describe("signatures", () => {
	it("are checked with the key of the signer", async () => {
		const [key, wrapped] = await ann.generateNonRegisteredKey(bobId);
		const opened = await bob.getNonRegisteredKey(key.master_key_id, wrapped);
		const raw = key.encryptRaw(SECRET, true);
		expect(opened.decryptRaw(raw.head, raw.data, verifyKeyOf(ann))).toEqual(SECRET);
		expect(opened.decrypt(key.encrypt(SECRET, true), verifyKeyOf(ann))).toEqual(SECRET);
		expect(opened.decryptString(key.encryptString(TEXT, true), verifyKeyOf(ann))).toBe(TEXT);

		const wrong = { code: "WRONG_VERIFY_KEY" };
		expect(thrown(() => opened.decryptRaw(raw.head, raw.data, verifyKeyOf(bob)))).toMatchObject(wrong);
		expect(thrown(() => opened.decrypt(key.encrypt(SECRET, true), verifyKeyOf(bob)))).toMatchObject(wrong);
		expect(thrown(() => opened.decryptString(key.encryptString(TEXT, true), verifyKeyOf(bob)))).toMatchObject(wrong);
	});

	it("are made with the newest sign key", async () => {
		const { user } = await signUp(api);
		const [key] = await user.generateNonRegisteredKey(bobId);
		await user.keyRotation();
		expect(JSON.parse(key.encryptRaw(SECRET, true).head).sign.id).toBe(user.user_data.newest_key_id);
		expect(key.decrypt(key.encrypt(SECRET, true), verifyKeyOf(user))).toEqual(SECRET);
	});

	it("are required by createSentc of whoever gives a verify key", async () => {
		const [key] = await group.generateNonRegisteredKey();
		const raw = key.encryptRaw(SECRET);
		const refusal = { code: "SIGNATURE_REQUIRED" };
		expect(thrown(() => key.decryptRaw(raw.head, raw.data, verifyKeyOf(ann)))).toMatchObject(refusal);
		expect(thrown(() => key.decrypt(key.encrypt(SECRET), verifyKeyOf(ann)))).toMatchObject(refusal);
		expect(thrown(() => key.decryptString(key.encryptString(TEXT), verifyKeyOf(ann)))).toMatchObject(refusal);
	});

	it("are optional with require_signatures: false, as in the reference client", async () => {
		const { user } = await signUp(api, { require_signatures: false });
		const [key] = await user.generateNonRegisteredKey(bobId);
		const raw = key.encryptRaw(SECRET);
		expect(key.decryptRaw(raw.head, raw.data, verifyKeyOf(user))).toEqual(SECRET);
		expect(key.decrypt(key.encrypt(SECRET), verifyKeyOf(user))).toEqual(SECRET);
		expect(key.decryptString(key.encryptString(TEXT), verifyKeyOf(user))).toBe(TEXT);
	});
});

describe("a SymKey", () => {
	it("takes an ArrayBuffer and nothing at all", async () => {
		const [key] = await group.generateNonRegisteredKey();
		expect(key.decrypt(key.encrypt(SECRET.slice().buffer))).toEqual(SECRET);
		expect(key.decrypt(key.encrypt(new Uint8Array()))).toEqual(new Uint8Array());
		expect(key.decryptString(key.encryptString(""))).toBe("");
	});

	it("names the argument that is wrong", async () => {
		const [key] = await group.generateNonRegisteredKey();
		const { head, data } = key.encryptRaw(SECRET);
		const calls: [field: string, call: (bad: never) => unknown][] = [
			["data", (bad) => key.encryptRaw(bad)],
			["data", (bad) => key.encrypt(bad)],
			["text", (bad) => key.encryptString(bad)],
			["head", (bad) => key.decryptRaw(bad, data)],
			["data", (bad) => key.decryptRaw(head, bad)],
			["verify_key", (bad) => key.decryptRaw(head, data, bad)],
			["data", (bad) => key.decrypt(bad)],
			["verify_key", (bad) => key.decrypt(key.encrypt(SECRET), bad)],
			["text", (bad) => key.decryptString(bad)],
			["verify_key", (bad) => key.decryptString(key.encryptString(TEXT), bad)],
		];
		for (const [field, call] of calls) {
			for (const bad of [5, null, {}]) {
				expect(thrown(() => call(bad as never))).toMatchObject({ code: "INVALID_INPUT", field });
			}
		}
	});

	it("ends with the session, and so do the functions that make and open it", async () => {
		const { user } = await signUp(api);
		const own = await user.getGroup(await user.createGroup());
		const [key, wrapped] = await own.generateNonRegisteredKey();
		const raw = key.encryptRaw(SECRET);
		const [data, text] = [key.encrypt(SECRET), key.encryptString(TEXT)];
		await user.logOut();
		for (const call of [
			() => key.encryptRaw(SECRET),
			() => key.encrypt(SECRET),
			() => key.encryptString(TEXT),
			() => key.decryptRaw(raw.head, raw.data),
			() => key.decrypt(data),
			() => key.decryptString(text),
		]) {
			expect(thrown(call)).toMatchObject({ code: "SESSION_ENDED" });
		}
		for (const promise of [
			user.generateNonRegisteredKey(bobId),
			user.getNonRegisteredKey(key.master_key_id, wrapped),
			own.generateNonRegisteredKey(),
			own.getNonRegisteredKey(key.master_key_id, wrapped),
		]) {
			expect(await rejection(promise)).toMatchObject({ code: "SESSION_ENDED" });
		}
	});
});
