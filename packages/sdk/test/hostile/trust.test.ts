import { rejection } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { NEWEST_PUBLIC_KEY, POLICIES, startPeople, VERIFY_KEY } from "./people.js";

const people = await startPeople();
const { bob, mallory } = people;
afterAll(() => people.api.close());

describe("the key of another user", () => {
	it("is trusted when it is seen first, and nobody is told while it stays the same", async () => {
		const ann = await people.newAnn("block");
		for (let i = 0; i < 3; i++) {
			expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
		}
		expect(ann.changes).toEqual([]);
		expect(ann.api.requests.filter((request) => NEWEST_PUBLIC_KEY.test(request))).toHaveLength(3);
	});

	it("is used after a change with key_change: warn, and the app is told once", async () => {
		const ann = await people.newAnn("warn");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		await Promise.all(Array.from({ length: 10 }, () => ann.user.encryptString("hello", bob.id)));
		expect(ann.changes).toEqual([
			{
				user_id: bob.id,
				old_public_key_id: bob.keyId,
				new_public_key_id: mallory.keyId,
				verified: false,
				blocked: false,
			},
		]);
		expect((await ann.sentc.getUserPublicKey(bob.id)).public_key_id).toBe(mallory.keyId);
		expect(ann.changes).toHaveLength(1);
	});

	it("is reported again when it changes back: an old key may be a stolen one", async () => {
		const ann = await people.newAnn("warn");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		await ann.user.getPublicKey(bob.id);
		ann.api.beHonest();
		await ann.user.getPublicKey(bob.id);
		expect(ann.changes.map((change) => change.new_public_key_id)).toEqual([mallory.keyId, bob.keyId]);
	});

	it("is not used after a change with key_change: block until the app accepts it", async () => {
		const ann = await people.newAnn("block");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		const refused = {
			name: "KeyChanged",
			code: "KEY_CHANGED",
			status: "client_key_changed",
			userId: bob.id,
			oldPublicKeyId: bob.keyId,
			newPublicKeyId: mallory.keyId,
		};
		const bytes = new Uint8Array(1);
		for (const call of [
			() => ann.user.encryptString("hello", bob.id),
			() => ann.user.encrypt(bytes, bob.id),
			() => ann.user.encryptRaw(bytes, bob.id),
			() => ann.user.getPublicKey(bob.id),
			() => ann.sentc.getUserPublicKey(bob.id),
		]) {
			expect(await rejection(call())).toMatchObject(refused);
		}
		expect(ann.changes).toMatchObject([{ blocked: true, new_public_key_id: mallory.keyId }]);

		expect(await rejection(ann.user.acceptKeyChange(bob.id, "another"))).toMatchObject({ field: "public_key_id" });
		expect(await rejection(ann.user.acceptKeyChange(mallory.id, mallory.keyId))).toMatchObject({
			field: "public_key_id",
		});
		await ann.user.acceptKeyChange(bob.id, mallory.keyId);
		await ann.user.acceptKeyChange(bob.id, mallory.keyId);
		expect(await mallory.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
		expect(ann.changes).toHaveLength(1);
	});

	it("can't become another one while it waits to be accepted", async () => {
		const ann = await people.newAnn("block");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		expect(await rejection(ann.user.getPublicKey(bob.id))).toMatchObject({ code: "KEY_CHANGED" });
		ann.api.lie(NEWEST_PUBLIC_KEY, () => ({ ...bob.key, public_key_id: mallory.keyId }));
		expect(await rejection(ann.user.getPublicKey(bob.id))).toMatchObject({ code: "KEY_REPLACED" });
	});

	it("is good again when an API that lied for a time answers the known one", async () => {
		const ann = await people.newAnn("block");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		expect(await rejection(ann.user.getPublicKey(bob.id))).toMatchObject({ code: "KEY_CHANGED" });
		ann.api.beHonest();
		expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
	});

	it.each(POLICIES)("is never one with the same id and other bytes (%s)", async (policy) => {
		const ann = await people.newAnn(policy);
		const number = { user_id: bob.id, verify_key_id: bob.keyId };
		await ann.user.getPublicKey(bob.id);
		await ann.user.createSafetyNumber(number);
		const { public_key } = mallory.key;
		ann.api.lie(NEWEST_PUBLIC_KEY, (honest) => ({ ...honest, public_key }));
		ann.api.lie(VERIFY_KEY, (honest) => ({ ...honest, verify_key: mallory.verifyKey["verify_key"] }));
		await ann.storage.delete(`user_verify_key_id_${bob.id}_key_id_${bob.keyId}`);
		const replaced = { name: "KeyChanged", code: "KEY_REPLACED", status: "client_key_replaced", userId: bob.id };
		expect(await rejection(ann.user.encryptString("hello", bob.id))).toMatchObject(replaced);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, bob.keyId))).toMatchObject(replaced);
		expect(await rejection(ann.user.createSafetyNumber(number))).toMatchObject(replaced);
		await ann.user.acceptKeyChange(bob.id, bob.keyId);
		expect(await rejection(ann.user.encryptString("hello", bob.id))).toMatchObject(replaced);
		expect(ann.changes).toEqual([]);
		ann.api.beHonest();
		expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
		await ann.user.createSafetyNumber(number);
	});

	it("is the same key when only its text is another: line ends, white space around it", async () => {
		const ann = await people.newAnn("block");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(NEWEST_PUBLIC_KEY, (honest) => {
			const halves = Object.entries(JSON.parse(String(honest["public_key"])));
			const others = halves.map(([name, pem]) => [name, String(pem).replaceAll("\n", "\r\n")]);
			return { ...honest, public_key: JSON.stringify(Object.fromEntries(others), null, 1) };
		});
		expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
	});

	it("that is no key is refused and leaves what is known", async () => {
		const ann = await people.newAnn("warn");
		await ann.user.getPublicKey(bob.id);
		for (const change of [{ public_key: "{}" }, { public_key_alg: "ROT13" }, { public_key: "" }]) {
			ann.api.lie(NEWEST_PUBLIC_KEY, (honest) => ({ ...honest, ...change }));
			expect(await rejection(ann.user.encryptString("hello", bob.id))).toMatchObject({ name: "CryptoError" });
		}
		ann.api.beHonest();
		await ann.user.encryptString("hello", bob.id);
		expect(ann.changes).toEqual([]);
	});
});

describe("a user who rotates the keys", () => {
	it("is reported once, and what was signed before and after is verified", async () => {
		const cleo = await people.meet();
		const warned = await people.newAnn("warn");
		const blocked = await people.newAnn("block");
		const { user_id } = warned.user.user_data;
		const before = await cleo.user.encryptString("before", user_id, true);
		for (const ann of [warned, blocked]) expect(await ann.user.decryptString(before, true, cleo.id)).toBe("before");

		await cleo.user.keyRotation();
		const { newest_key_id } = cleo.user.user_data;
		const after = await cleo.user.encryptString("after", user_id, true);
		expect(await warned.user.decryptString(after, true, cleo.id)).toBe("after");
		expect(await cleo.user.decryptString(await warned.user.encryptString("reply", cleo.id))).toBe("reply");
		expect(await rejection(blocked.user.decryptString(after, true, cleo.id))).toMatchObject({ code: "KEY_CHANGED" });
		await blocked.user.acceptKeyChange(cleo.id, newest_key_id);
		expect(await blocked.user.decryptString(after, true, cleo.id)).toBe("after");
		expect(await cleo.user.decryptString(await blocked.user.encryptString("reply", cleo.id))).toBe("reply");
		for (const ann of [warned, blocked]) {
			expect(await ann.user.decryptString(before, true, cleo.id)).toBe("before");
			expect(ann.changes).toMatchObject([{ old_public_key_id: cleo.keyId, new_public_key_id: newest_key_id }]);
		}
	});
});

describe("a verified key", () => {
	it("stays verified when it is fetched anew, and the report of a change says so", async () => {
		const ann = await people.newAnn("warn");
		expect(await ann.sentc.verifyUserPublicKey(bob.id, await ann.sentc.getUserPublicKey(bob.id))).toBe(true);
		expect(await ann.sentc.getUserPublicKey(bob.id)).toMatchObject({ verified: true });
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		expect(await ann.sentc.getUserPublicKey(bob.id)).toMatchObject({ verified: false });
		expect(ann.changes).toMatchObject([{ verified: true, new_public_key_id: mallory.keyId }]);
		ann.api.beHonest();
		expect(await ann.sentc.getUserPublicKey(bob.id)).toMatchObject({ verified: false });
		expect(ann.changes.at(1)).toMatchObject({ verified: false, new_public_key_id: bob.keyId });
	});

	it("of an old one says nothing of the newest", async () => {
		const ann = await people.newAnn("warn");
		const old = await ann.sentc.getUserPublicKey(bob.id);
		ann.api.lie(NEWEST_PUBLIC_KEY, () => mallory.key);
		await ann.sentc.getUserPublicKey(bob.id);
		expect(await ann.sentc.verifyUserPublicKey(bob.id, old, true)).toBe(true);
		expect(await ann.sentc.getUserPublicKey(bob.id)).toMatchObject({ verified: false });
	});

	it("is not made of a changed one that is blocked", async () => {
		const ann = await people.newAnn("block");
		await ann.sentc.getUserPublicKey(bob.id);
		const { public_key } = await mallory.user.getPublicKey(mallory.id);
		const data = { public_key, public_key_id: "any", public_key_sig_key_id: "any", verified: true };
		expect(await rejection(ann.sentc.verifyUserPublicKey(bob.id, data))).toMatchObject({ code: "KEY_CHANGED" });
	});
});
