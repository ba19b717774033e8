import { newUser, signUp, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { User } from "../../src/index.js";
import { SECRET, TEXT } from "../support/samples.js";

const api = await startApi();
const sentc = (await startSentc(api)).sentc;
afterAll(() => api.close());

describe("content for a user", () => {
	let ann: User;
	let bob: User;
	let annId: string;
	let bobId: string;
	let bobKey: string;
	let annVerifyKey: string;
	beforeAll(async () => {
		ann = (await signUp(api)).user;
		const bobsClient = (await startSentc(api)).sentc;
		bob = await newUser(bobsClient);
		annId = ann.user_data.user_id;
		bobId = bob.user_data.user_id;
		bobKey = (await sentc.getUserPublicKey(bobId)).public_key;
		const { public_key_sig_key_id = "" } = await sentc.getUserPublicKey(annId);
		annVerifyKey = await sentc.getUserVerifyKey(annId, public_key_sig_key_id);
	});

	it.each([false, true])("encryptRaw, sign: %s", async (sign) => {
		const raw = await ann.encryptRaw(SECRET, bobId, sign);
		expect(await bob.decryptRaw(raw.head, raw.data)).toEqual(SECRET);
		const sync = ann.encryptRawSync(SECRET, bobKey, sign);
		expect(bob.decryptRawSync(sync.head, sync.data)).toEqual(SECRET);
	});

	it.each([false, true])("encrypt, sign: %s", async (sign) => {
		expect(await bob.decrypt(await ann.encrypt(SECRET, bobId, sign))).toEqual(SECRET);
		expect(bob.decryptSync(ann.encryptSync(SECRET, bobKey, sign))).toEqual(SECRET);
	});

	it.each([false, true])("encryptString, sign: %s", async (sign) => {
		expect(await bob.decryptString(await ann.encryptString(TEXT, bobId, sign))).toBe(TEXT);
		expect(bob.decryptStringSync(ann.encryptStringSync(TEXT, bobKey, sign))).toBe(TEXT);
	});

	it("checks signatures when asked to", async () => {
		expect(await bob.decrypt(await ann.encrypt(SECRET, bobId, true), true, annId)).toEqual(SECRET);
		expect(await bob.decryptString(await ann.encryptString(TEXT, bobId, true), true, annId)).toBe(TEXT);
		expect(bob.decryptSync(ann.encryptSync(SECRET, bobKey, true), annVerifyKey)).toEqual(SECRET);
		expect(bob.decryptStringSync(ann.encryptStringSync(TEXT, bobKey, true), annVerifyKey)).toBe(TEXT);
		const raw = ann.encryptRawSync(SECRET, bobKey, true);
		expect(bob.decryptRawSync(raw.head, raw.data, annVerifyKey)).toEqual(SECRET);
		expect(await bob.decryptRaw(raw.head, raw.data, annVerifyKey)).toEqual(SECRET);
	});

	it("refuses a signature of somebody else", async () => {
		const signedByAnn = await ann.encrypt(SECRET, bobId, true);
		await expect(bob.decrypt(signedByAnn, true, bobId)).rejects.toMatchObject({ code: "KEY_NOT_FOUND" });
		const bobsVerifyKey = bob.user_data.user_keys[0]?.exported_verify_key;
		expect(() => bob.decryptSync(signedByAnn, bobsVerifyKey)).toThrow(
			expect.objectContaining({ code: "WRONG_VERIFY_KEY" }),
		);
	});

	it("does not open what is meant for somebody else", async () => {
		const forBob = await ann.encryptString(TEXT, bobId);
		await expect(ann.decryptString(forBob)).rejects.toMatchObject({ status: "server_304" });
		expect(() => ann.decryptStringSync(forBob)).toThrow(expect.objectContaining({ code: "KEY_NOT_FOUND" }));
	});

	it("verifies public keys and remembers it", async () => {
		const key = await sentc.getUserPublicKey(bobId);
		expect(key.verified).toBe(false);
		expect(await sentc.verifyUserPublicKey(bobId, key)).toBe(true);
		const remembered = await sentc.getUserPublicKey(bobId);
		expect(remembered.verified).toBe(true);
		expect(await sentc.verifyUserPublicKey(bobId, remembered, true)).toBe(true);

		const annKey = await sentc.getUserPublicKey(annId);
		const swapped = { ...annKey, public_key: remembered.public_key };
		expect(await sentc.verifyUserPublicKey(annId, swapped)).toBe(false);
		expect(await sentc.getUserPublicKey(annId)).toEqual({ ...annKey, verified: false });
		const { public_key_sig_key_id: _, ...unsigned } = annKey;
		expect(await sentc.verifyUserPublicKey(annId, { ...unsigned, verified: false })).toBe(false);
	});

	it("shows the same safety number on both sides", async () => {
		const idOf = async (id: string): Promise<string> => (await sentc.getUserPublicKey(id)).public_key_sig_key_id ?? "";
		const number = await ann.createSafetyNumber({ user_id: bobId, verify_key_id: await idOf(bobId) });
		expect(number).toMatch(/^[\w-]{43}$/);
		expect(await bob.createSafetyNumber({ user_id: annId, verify_key_id: await idOf(annId) })).toBe(number);
		expect(await ann.createSafetyNumber()).not.toBe(number);
	});
});
