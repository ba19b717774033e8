import { rejection } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import {
	ANY_PUBLIC_KEY,
	type Json,
	NEWEST_PUBLIC_KEY,
	PUBLIC_KEY_BY_ID,
	REPLACED,
	signedAnew,
	startPeople,
	VERIFY_KEY,
} from "./people.js";

const people = await startPeople();
const { bob, mallory } = people;
afterAll(() => people.api.close());

describe("a verify key whose public key came without a signature", () => {
	const unsigned = (): Json => ({ ...bob.key, public_key_sig: null, public_key_sig_key_id: null });

	it("is a change of which the app is told once with key_change: warn", async () => {
		const ann = await people.newAnn("warn");
		ann.api.lie(NEWEST_PUBLIC_KEY, unsigned);
		await people.write(ann);
		for (let i = 0; i < 2; i++) expect(await people.read(ann)).toBe("hello");
		expect(ann.changes).toMatchObject([{ new_public_key_id: bob.keyId, blocked: false }]);
		await people.write(ann);
		expect(ann.changes).toHaveLength(1);
	});

	it("is not used with key_change: block until the app accepts it, also when a signature appears", async () => {
		const ann = await people.newAnn("block");
		ann.api.lie(NEWEST_PUBLIC_KEY, unsigned);
		await people.write(ann);
		const forged = signedAnew(bob);
		for (const key of [unsigned(), forged.key]) {
			ann.api.lie(NEWEST_PUBLIC_KEY, () => key);
			ann.api.lie(PUBLIC_KEY_BY_ID, () => key);
			await people.write(ann);
			expect(await rejection(people.read(ann))).toMatchObject({ code: "KEY_CHANGED", newPublicKeyId: bob.keyId });
		}
		expect(ann.changes).toMatchObject([{ new_public_key_id: bob.keyId, blocked: true }]);
		await ann.user.acceptKeyChange(bob.id, bob.keyId);
		expect(await people.read(ann)).toBe("hello");
		expect(await bob.user.decryptString(await people.write(ann))).toBe("hello");
		expect(ann.changes).toHaveLength(1);
	});
});

describe("a changed key that waits", () => {
	/** Ann knows a key of Bob's that he has replaced since. */
	async function afterRotation() {
		const cleo = await people.meet();
		const ann = await people.newAnn("block");
		await ann.user.getPublicKey(cleo.id);
		await cleo.user.keyRotation();
		return { ann, cleo, newest: cleo.user.user_data.newest_key_id };
	}

	it("gets no other half that doesn't belong to it, before and after it is accepted", async () => {
		const { ann, cleo, newest } = await afterRotation();
		expect(await rejection(ann.user.getPublicKey(cleo.id))).toMatchObject({ code: "KEY_CHANGED" });
		const verifyKey = (): Promise<string> => ann.sentc.getUserVerifyKey(cleo.id, newest);
		ann.api.lie(VERIFY_KEY, () => ({ ...mallory.verifyKey, verify_key_id: newest }));
		expect(await rejection(verifyKey())).toMatchObject(REPLACED);
		await ann.user.acceptKeyChange(cleo.id, newest);
		expect(await rejection(verifyKey())).toMatchObject(REPLACED);
		ann.api.beHonest();
		await verifyKey();
		await ann.user.getPublicKey(cleo.id);
		expect(ann.changes).toHaveLength(1);
	});

	it("gets no public key that its verify key did not sign", async () => {
		const { ann, cleo, newest } = await afterRotation();
		expect(await rejection(ann.sentc.getUserVerifyKey(cleo.id, newest))).toMatchObject({ code: "KEY_CHANGED" });
		const ids = { public_key_id: newest, public_key_sig_key_id: newest };
		ann.api.lie(ANY_PUBLIC_KEY, () => ({ ...mallory.key, ...ids }));
		expect(await rejection(ann.user.getPublicKey(cleo.id))).toMatchObject(REPLACED);
		await ann.user.acceptKeyChange(cleo.id, newest);
		expect(await rejection(ann.user.getPublicKey(cleo.id))).toMatchObject(REPLACED);
		ann.api.beHonest();
		await ann.user.getPublicKey(cleo.id);
		expect(ann.changes).toHaveLength(1);
	});

	it("is reported once for both halves, which are accepted together", async () => {
		const { ann, cleo, newest } = await afterRotation();
		expect(await rejection(ann.user.getPublicKey(cleo.id))).toMatchObject({ code: "KEY_CHANGED" });
		expect(await rejection(ann.sentc.getUserVerifyKey(cleo.id, newest))).toMatchObject({ code: "KEY_CHANGED" });
		await ann.user.acceptKeyChange(cleo.id, newest);
		await ann.user.getPublicKey(cleo.id);
		await ann.sentc.getUserVerifyKey(cleo.id, newest);
		expect(ann.changes).toHaveLength(1);
	});

	it("without a signature gets its verify key by an acceptance of its own", async () => {
		const { ann, cleo, newest } = await afterRotation();
		ann.api.lie(NEWEST_PUBLIC_KEY, (honest) => ({ ...honest, public_key_sig: null }));
		expect(await rejection(ann.user.getPublicKey(cleo.id))).toMatchObject({ code: "KEY_CHANGED" });
		const verifyKey = (): Promise<string> => ann.sentc.getUserVerifyKey(cleo.id, newest);
		expect(await rejection(verifyKey())).toMatchObject({ code: "KEY_CHANGED" });
		await ann.user.acceptKeyChange(cleo.id, newest);
		await ann.user.getPublicKey(cleo.id);
		expect(await rejection(verifyKey())).toMatchObject({ code: "KEY_CHANGED" });
		expect(ann.changes).toHaveLength(2);
		await ann.user.acceptKeyChange(cleo.id, newest);
		await verifyKey();
		expect(ann.changes).toHaveLength(2);
	});
});
