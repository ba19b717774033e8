import { rejection } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import {
	ANY_PUBLIC_KEY,
	type Ann,
	POLICIES,
	PUBLIC_KEY_BY_ID,
	REPLACED,
	signedAnew,
	startPeople,
	underIdOf,
	VERIFY_KEY,
} from "./people.js";

const people = await startPeople();
const { bob, mallory } = people;
afterAll(() => people.api.close());

/** Requests for keys, as Ann counts them. */
const [NEWEST, BY_ID, VERIFY] = ["public_key", "public_key/", "verify_key/"];

const forgetCache = async (ann: Ann): Promise<void> => {
	await ann.storage.delete(`user_public_key_id_${bob.id}`);
	await ann.storage.delete(`user_verify_key_id_${bob.id}_key_id_${bob.keyId}`);
};

describe.each(POLICIES)("the public key under the id of a known verify key (%s)", (policy) => {
	it("is trusted when that key signed it: no event, at most one request more", async () => {
		const ann = await people.newAnn(policy);
		expect(await people.read(ann)).toBe("hello");
		expect(ann.asked()).toEqual([VERIFY]);
		expect(await bob.user.decryptString(await people.write(ann))).toBe("hello");
		expect(ann.asked()).toEqual([NEWEST]);
		const another = await people.newAnn(policy);
		await people.read(another);
		await forgetCache(another);
		another.asked();
		await people.write(another);
		expect(another.asked()).toEqual([NEWEST, VERIFY]);
		await people.write(another);
		await people.read(another);
		expect(another.asked()).toEqual([NEWEST]);
		expect([...ann.changes, ...another.changes]).toEqual([]);
	});

	it.each([
		["with its own signature", () => underIdOf(bob, mallory.key)],
		["with the signature of the true one", () => ({ ...bob.key, public_key: mallory.key["public_key"] })],
		[
			"without a signature",
			() => ({ ...underIdOf(bob, mallory.key), public_key_sig: null, public_key_sig_key_id: null }),
		],
		["with a malformed signature", () => ({ ...underIdOf(bob, mallory.key), public_key_sig: "signed" })],
	])("is refused when it is another one, %s", async (_, forged) => {
		const ann = await people.newAnn(policy);
		await people.read(ann);
		ann.api.lie(ANY_PUBLIC_KEY, forged);
		expect(await rejection(people.write(ann))).toMatchObject(REPLACED);
		expect(await rejection(ann.sentc.getUserPublicKey(bob.id))).toMatchObject(REPLACED);
		await ann.user.acceptKeyChange(bob.id, bob.keyId);
		expect(await rejection(people.write(ann))).toMatchObject(REPLACED);
		ann.api.beHonest();
		expect(await bob.user.decryptString(await people.write(ann))).toBe("hello");
		expect(ann.changes).toEqual([]);
	});

	it("is refused when the API shows a verify key that fits it", async () => {
		const ann = await people.newAnn(policy);
		await people.read(ann);
		await forgetCache(ann);
		ann.api.lie(ANY_PUBLIC_KEY, () => underIdOf(bob, mallory.key));
		ann.api.lie(VERIFY_KEY, () => underIdOf(bob, mallory.verifyKey));
		expect(await rejection(people.write(ann))).toMatchObject(REPLACED);
		expect(ann.changes).toEqual([]);
	});

	it("is compared with the known verify key, not with one that was put into the storage", async () => {
		const ann = await people.newAnn(policy);
		await people.read(ann);
		const verifyKey = JSON.stringify({
			...underIdOf(bob, mallory.verifyKey),
			verify_key_pem: mallory.verifyKey["verify_key"],
		});
		await ann.storage.set(`user_verify_key_id_${bob.id}_key_id_${bob.keyId}`, verifyKey);
		ann.api.lie(ANY_PUBLIC_KEY, () => underIdOf(bob, mallory.key));
		expect(await rejection(people.write(ann))).toMatchObject(REPLACED);
	});
});

describe.each(POLICIES)("the verify key under the id of a known public key (%s)", (policy) => {
	it("is trusted when it signed that key: no event, at most one request more", async () => {
		const ann = await people.newAnn(policy);
		await people.write(ann);
		expect(ann.asked()).toEqual([NEWEST]);
		expect(await people.read(ann)).toBe("hello");
		expect(ann.asked()).toEqual([VERIFY]);
		const another = await people.newAnn(policy);
		await people.write(another);
		await forgetCache(another);
		another.asked();
		await people.read(another);
		expect(another.asked()).toEqual([VERIFY, BY_ID]);
		await people.write(another);
		await people.read(another);
		expect(another.asked()).toEqual([NEWEST]);
		expect([...ann.changes, ...another.changes]).toEqual([]);
	});

	it("is asked for alone by verifyUserPublicKey, which has the public key", async () => {
		const ann = await people.newAnn(policy);
		const key = await ann.sentc.getUserPublicKey(bob.id);
		await forgetCache(ann);
		ann.asked();
		expect(await ann.sentc.verifyUserPublicKey(bob.id, key)).toBe(true);
		expect(ann.asked()).toEqual([VERIFY]);
		expect(ann.changes).toEqual([]);
	});

	it.each([
		["in the cache", async () => {}],
		["not in the cache", forgetCache],
	])("is refused when it is another one, the public key %s", async (_, prepare) => {
		const ann = await people.newAnn(policy);
		const safety = { user_id: bob.id, verify_key_id: bob.keyId };
		await people.write(ann);
		await prepare(ann);
		ann.api.lie(VERIFY_KEY, () => underIdOf(bob, mallory.verifyKey));
		expect(await rejection(people.read(ann))).toMatchObject(REPLACED);
		expect(await rejection(ann.user.createSafetyNumber(safety))).toMatchObject(REPLACED);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, bob.keyId))).toMatchObject(REPLACED);
		await ann.user.acceptKeyChange(bob.id, bob.keyId);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, bob.keyId))).toMatchObject(REPLACED);
		ann.api.beHonest();
		expect(await people.read(ann)).toBe("hello");
		expect(ann.changes).toEqual([]);
	});

	it.each([
		["another public key, signed by it", () => underIdOf(bob, mallory.key)],
		["the known one without a signature", () => ({ ...bob.key, public_key_sig: null })],
	])("is refused when the API shows %s", async (_, forged) => {
		const ann = await people.newAnn(policy);
		await people.write(ann);
		await forgetCache(ann);
		ann.api.lie(VERIFY_KEY, () => underIdOf(bob, mallory.verifyKey));
		ann.api.lie(PUBLIC_KEY_BY_ID, forged);
		expect(await rejection(people.read(ann))).toMatchObject(REPLACED);
	});

	it("is refused when it signed the known public key anew, whatever was answered meanwhile", async () => {
		const ann = await people.newAnn(policy);
		const forged = signedAnew(bob);
		await people.write(ann);
		ann.api.lie(ANY_PUBLIC_KEY, () => forged.key);
		ann.api.lie(VERIFY_KEY, () => forged.verifyKey);
		await people.write(ann);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, bob.keyId))).toMatchObject(REPLACED);
		ann.api.beHonest();
		expect(await people.read(ann)).toBe("hello");
		expect(ann.changes).toEqual([]);
		// At first sight both are good: the test is about the right signature.
		const stranger = await people.newAnn(policy);
		stranger.api.lie(ANY_PUBLIC_KEY, () => forged.key);
		stranger.api.lie(VERIFY_KEY, () => forged.verifyKey);
		await people.write(stranger);
		await stranger.sentc.getUserVerifyKey(bob.id, bob.keyId);
	});
});

it("both halves that come at once are proven as well", async () => {
	const ann = await people.newAnn("block");
	ann.api.lie(VERIFY_KEY, () => underIdOf(bob, mallory.verifyKey));
	const halves = await Promise.allSettled([people.write(ann), ann.sentc.getUserVerifyKey(bob.id, bob.keyId)]);
	expect(halves.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});
