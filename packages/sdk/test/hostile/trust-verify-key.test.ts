import { rejection } from "@sentc-ts/test-world";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type Ann, type Json, NEWEST_PUBLIC_KEY, startPeople, VERIFY_KEY } from "./people.js";

const people = await startPeople();
const { bob, mallory } = people;
afterAll(() => people.api.close());

describe("a verify key", () => {
	let signedByMallory: string;
	let ann: Ann;
	beforeEach(async () => {
		ann = await people.newAnn("block");
		signedByMallory = await mallory.user.encryptString("I am Bob", ann.id, true);
	});

	const lieAboutVerifyKeys = (of: Ann): void => {
		of.api.lie(VERIFY_KEY, () => mallory.verifyKey);
	};

	it("with an id that was never one of that user's is a change, too", async () => {
		lieAboutVerifyKeys(ann);
		await ann.user.getPublicKey(bob.id);
		expect(await rejection(ann.user.decryptString(signedByMallory, true, bob.id))).toMatchObject({
			code: "KEY_CHANGED",
			newPublicKeyId: mallory.keyId,
		});
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, mallory.keyId))).toMatchObject({
			code: "KEY_CHANGED",
		});
		expect(ann.changes).toHaveLength(1);
	});

	it("that was replaced in the storage is not used, and fetched anew", async () => {
		const id = bob.keyId;
		const honest = await ann.sentc.getUserVerifyKey(bob.id, id);
		const foreign = JSON.stringify({ ...JSON.parse(honest), verify_key_pem: mallory.verifyKey["verify_key"] });
		await ann.storage.set(`user_verify_key_id_${bob.id}_key_id_${id}`, foreign);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, id))).toMatchObject({ code: "KEY_REPLACED" });
		expect(await ann.sentc.getUserVerifyKey(bob.id, id)).toBe(honest);
	});

	it("can be compared before it is accepted", async () => {
		lieAboutVerifyKeys(ann);
		await ann.user.getPublicKey(bob.id);
		const claimed = { user_id: bob.id, verify_key_id: mallory.keyId };
		const honest = { user_id: ann.id, verify_key_id: ann.user.user_data.newest_key_id };
		expect(await ann.user.createSafetyNumber(claimed)).not.toBe(await bob.user.createSafetyNumber(honest));
		expect(ann.changes).toMatchObject([{ blocked: true }]);
		expect(await rejection(ann.user.decryptString(signedByMallory, true, bob.id))).toMatchObject({
			code: "KEY_CHANGED",
		});
		await ann.user.acceptKeyChange(bob.id, mallory.keyId);
		expect(await ann.user.decryptString(signedByMallory, true, bob.id)).toBe("I am Bob");
		expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
	});

	it("is reported once for verify key and public key together with key_change: warn", async () => {
		const warned = await people.newAnn("warn");
		const text = await mallory.user.encryptString("I am Bob", warned.user.user_data.user_id, true);
		await warned.user.getPublicKey(bob.id);
		lieAboutVerifyKeys(warned);
		warned.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		expect(await warned.user.decryptString(text, true, bob.id)).toBe("I am Bob");
		await warned.user.encryptString("hello", bob.id);
		expect(warned.changes).toMatchObject([{ user_id: bob.id, blocked: false }]);
	});

	it("of a signer of a group key is no failure that verify: 1 passes over", async () => {
		await ann.user.getPublicKey(bob.id);
		const groupId = await ann.user.createGroup(true);
		lieAboutVerifyKeys(ann);
		ann.api.lie(new RegExp(`/group/${groupId}$`), (group) => {
			const keys = group["keys"] as Json[];
			const signer = { signed_by_user_id: bob.id, signed_by_user_sign_key_id: mallory.keyId };
			return { ...group, keys: keys.map((key) => ({ ...key, ...signer })) };
		});
		expect(await rejection(ann.user.getGroup(groupId, undefined, 1))).toMatchObject({ code: "KEY_CHANGED" });
	});
});
