import { generateKeyPairSync, sign } from "node:crypto";
import { freshName, newUser, rejection, type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type KeyChange, MemoryStorage, type SentcClient, type User } from "../../src/index.js";
import { ask, type Tampered, tamper } from "../support/tamper.js";

type Json = Record<string, unknown>;
type Policy = "warn" | "block";

/** A user, and what the API has of that user. */
interface Person {
	user: User;
	id: string;
	keyId: string;
	key: Json;
	verifyKey: Json;
}

let api: ServedApi;
let bob: Person;
let mallory: Person;
let annName: string;
const annStorage = new MemoryStorage();
beforeAll(async () => {
	api = await startApi();
	bob = await person();
	mallory = await person();
	annName = freshName();
	await newUser((await startSentc(api, { storage: { getStorage: async () => annStorage } })).sentc, annName);
});
afterAll(() => api.close());

async function person(): Promise<Person> {
	const user = await newUser((await startSentc(api)).sentc);
	const { user_id: id, newest_key_id: keyId } = user.user_data;
	const key = await ask(api, `/user/${id}/public_key`);
	return { user, id, keyId, key, verifyKey: await ask(api, `/user/${id}/verify_key/${keyId}`) };
}

/** Ann at an API that may lie; she has seen nobody's keys yet, and asks for public keys every time. */
interface Ann {
	user: User;
	id: string;
	sentc: SentcClient;
	storage: MemoryStorage;
	changes: KeyChange[];
	api: Tampered;
	/** The requests for keys since the last time this was asked, without the ids. */
	asked(): string[];
}

async function newAnn(key_change: Policy): Promise<Ann> {
	const storage = new MemoryStorage();
	for (const key of await annStorage.keys()) await storage.set(key, await annStorage.getItem(key));
	const changes: KeyChange[] = [];
	const tampered = tamper();
	const { sentc } = await startSentc(api, {
		fetch: tampered.fetch,
		public_key_lifetime: 0,
		key_change,
		on_key_change: (change) => changes.push(change),
		storage: { getStorage: async () => storage },
	});
	const user = await sentc.getActualUser();
	const asked = (): string[] =>
		tampered.requests
			.splice(0)
			.map((request) => /\/user\/[^/]+\/((?:public|verify)_key(?:\/)?)/.exec(request)?.[1])
			.filter((request) => request !== undefined);
	return { user, id: user.user_data.user_id, sentc, storage, changes, api: tampered, asked };
}

const ANY_PUBLIC_KEY = /\/public_key(\/[^/]+)?$/;
const NEWEST_PUBLIC_KEY = /\/public_key$/;
const PUBLIC_KEY_BY_ID = /\/public_key\//;
const VERIFY_KEY = /\/verify_key\//;
const NEWEST = "public_key";
const BY_ID = "public_key/";
const VERIFY = "verify_key/";
const REPLACED = { name: "KeyChanged", code: "KEY_REPLACED" };
const policies: Policy[] = ["warn", "block"];

/** Ann reads what somebody signed as Bob. */
const read = async (ann: Ann, author: User = bob.user): Promise<string> =>
	ann.user.decryptString(await author.encryptString("hello", ann.id, true), true, bob.id);

const write = (ann: Ann): Promise<string> => ann.user.encryptString("hello", bob.id);

const forgetCache = async (ann: Ann): Promise<void> => {
	await ann.storage.delete(`user_public_key_id_${bob.id}`);
	await ann.storage.delete(`user_verify_key_id_${bob.id}_key_id_${bob.keyId}`);
};

/** Mallory's keys under the id of Bob's. */
const underBobsId = (key: Json): Json => {
	const ids = ["public_key_id", "public_key_sig_key_id", "verify_key_id"].filter((name) => name in key);
	return { ...key, ...Object.fromEntries(ids.map((name) => [name, bob.keyId])) };
};

/** A verify key of Mallory's making under Bob's id, and Bob's own public key signed by it. */
function signedAnew(): { key: Json; verifyKey: Json } {
	const { privateKey, publicKey } = generateKeyPairSync("ed25519");
	const raw = String(publicKey.export({ format: "jwk" }).x);
	const verify_key = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(raw, "base64url").toString("base64")}\n-----END PUBLIC KEY-----\n`;
	const { x, k } = JSON.parse(String(bob.key["public_key"]));
	const bytes = Buffer.concat([x, k].map((pem) => Buffer.from(pem.replace(/-----.*-----/g, ""), "base64")));
	return {
		key: { ...bob.key, public_key_sig: sign(null, bytes, privateKey).toString("base64") },
		verifyKey: { verify_key, verify_key_alg: "ED25519", verify_key_id: bob.keyId },
	};
}

describe.each(policies)("the public key under the id of a known verify key (%s)", (policy) => {
	it("is trusted when that key signed it: no event, at most one request more", async () => {
		const ann = await newAnn(policy);
		expect(await read(ann)).toBe("hello");
		expect(ann.asked()).toEqual([VERIFY]);
		expect(await bob.user.decryptString(await write(ann))).toBe("hello");
		expect(ann.asked()).toEqual([NEWEST]);
		const another = await newAnn(policy);
		await read(another);
		await forgetCache(another);
		another.asked();
		await write(another);
		expect(another.asked()).toEqual([NEWEST, VERIFY]);
		await write(another);
		await read(another);
		expect(another.asked()).toEqual([NEWEST]);
		expect([...ann.changes, ...another.changes]).toEqual([]);
	});

	it.each([
		["with its own signature", () => underBobsId(mallory.key)],
		["with the signature of the true one", () => ({ ...bob.key, public_key: mallory.key["public_key"] })],
		["without a signature", () => ({ ...underBobsId(mallory.key), public_key_sig: null, public_key_sig_key_id: null })],
		["with a malformed signature", () => ({ ...underBobsId(mallory.key), public_key_sig: "signed" })],
	])("is refused when it is another one, %s", async (_, forged) => {
		const ann = await newAnn(policy);
		await read(ann);
		ann.api.lie(ANY_PUBLIC_KEY, forged);
		expect(await rejection(write(ann))).toMatchObject(REPLACED);
		expect(await rejection(ann.sentc.getUserPublicKey(bob.id))).toMatchObject(REPLACED);
		await ann.user.acceptKeyChange(bob.id, bob.keyId);
		expect(await rejection(write(ann))).toMatchObject(REPLACED);
		ann.api.beHonest();
		expect(await bob.user.decryptString(await write(ann))).toBe("hello");
		expect(ann.changes).toEqual([]);
	});

	it("is refused when the API shows a verify key that fits it", async () => {
		const ann = await newAnn(policy);
		await read(ann);
		await forgetCache(ann);
		ann.api.lie(ANY_PUBLIC_KEY, () => underBobsId(mallory.key));
		ann.api.lie(VERIFY_KEY, () => underBobsId(mallory.verifyKey));
		expect(await rejection(write(ann))).toMatchObject(REPLACED);
		expect(ann.changes).toEqual([]);
	});

	it("is compared with the known verify key, not with one that was put into the storage", async () => {
		const ann = await newAnn(policy);
		await read(ann);
		const verifyKey = JSON.stringify({
			...underBobsId(mallory.verifyKey),
			verify_key_pem: mallory.verifyKey["verify_key"],
		});
		await ann.storage.set(`user_verify_key_id_${bob.id}_key_id_${bob.keyId}`, verifyKey);
		ann.api.lie(ANY_PUBLIC_KEY, () => underBobsId(mallory.key));
		expect(await rejection(write(ann))).toMatchObject(REPLACED);
	});
});

describe.each(policies)("the verify key under the id of a known public key (%s)", (policy) => {
	it("is trusted when it signed that key: no event, at most one request more", async () => {
		const ann = await newAnn(policy);
		await write(ann);
		expect(ann.asked()).toEqual([NEWEST]);
		expect(await read(ann)).toBe("hello");
		expect(ann.asked()).toEqual([VERIFY]);
		const another = await newAnn(policy);
		await write(another);
		await forgetCache(another);
		another.asked();
		await read(another);
		expect(another.asked()).toEqual([VERIFY, BY_ID]);
		await write(another);
		await read(another);
		expect(another.asked()).toEqual([NEWEST]);
		expect([...ann.changes, ...another.changes]).toEqual([]);
	});

	it("is asked for alone by verifyUserPublicKey, which has the public key", async () => {
		const ann = await newAnn(policy);
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
		const ann = await newAnn(policy);
		const safety = { user_id: bob.id, verify_key_id: bob.keyId };
		await write(ann);
		await prepare(ann);
		ann.api.lie(VERIFY_KEY, () => underBobsId(mallory.verifyKey));
		expect(await rejection(read(ann))).toMatchObject(REPLACED);
		expect(await rejection(ann.user.createSafetyNumber(safety))).toMatchObject(REPLACED);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, bob.keyId))).toMatchObject(REPLACED);
		await ann.user.acceptKeyChange(bob.id, bob.keyId);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, bob.keyId))).toMatchObject(REPLACED);
		ann.api.beHonest();
		expect(await read(ann)).toBe("hello");
		expect(ann.changes).toEqual([]);
	});

	it.each([
		["another public key, signed by it", () => underBobsId(mallory.key)],
		["the known one without a signature", () => ({ ...bob.key, public_key_sig: null })],
	])("is refused when the API shows %s", async (_, forged) => {
		const ann = await newAnn(policy);
		await write(ann);
		await forgetCache(ann);
		ann.api.lie(VERIFY_KEY, () => underBobsId(mallory.verifyKey));
		ann.api.lie(PUBLIC_KEY_BY_ID, forged);
		expect(await rejection(read(ann))).toMatchObject(REPLACED);
	});

	it("is refused when it signed the known public key anew, whatever was answered meanwhile", async () => {
		const ann = await newAnn(policy);
		const forged = signedAnew();
		await write(ann);
		ann.api.lie(ANY_PUBLIC_KEY, () => forged.key);
		ann.api.lie(VERIFY_KEY, () => forged.verifyKey);
		await write(ann);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, bob.keyId))).toMatchObject(REPLACED);
		ann.api.beHonest();
		expect(await read(ann)).toBe("hello");
		expect(ann.changes).toEqual([]);
		// At first sight both are good: the test is about the right signature.
		const stranger = await newAnn(policy);
		stranger.api.lie(ANY_PUBLIC_KEY, () => forged.key);
		stranger.api.lie(VERIFY_KEY, () => forged.verifyKey);
		await write(stranger);
		await stranger.sentc.getUserVerifyKey(bob.id, bob.keyId);
	});
});

describe("a verify key whose public key came without a signature", () => {
	const unsigned = (): Json => ({ ...bob.key, public_key_sig: null, public_key_sig_key_id: null });

	it("is a change of which the app is told once with key_change: warn", async () => {
		const ann = await newAnn("warn");
		ann.api.lie(NEWEST_PUBLIC_KEY, unsigned);
		await write(ann);
		for (let i = 0; i < 2; i++) expect(await read(ann)).toBe("hello");
		expect(ann.changes).toMatchObject([{ new_public_key_id: bob.keyId, blocked: false }]);
		await write(ann);
		expect(ann.changes).toHaveLength(1);
	});

	it("is not used with key_change: block until the app accepts it, also when a signature appears", async () => {
		const ann = await newAnn("block");
		ann.api.lie(NEWEST_PUBLIC_KEY, unsigned);
		await write(ann);
		const forged = signedAnew();
		for (const key of [unsigned(), forged.key]) {
			ann.api.lie(NEWEST_PUBLIC_KEY, () => key);
			ann.api.lie(PUBLIC_KEY_BY_ID, () => key);
			await write(ann);
			expect(await rejection(read(ann))).toMatchObject({ code: "KEY_CHANGED", newPublicKeyId: bob.keyId });
		}
		expect(ann.changes).toMatchObject([{ new_public_key_id: bob.keyId, blocked: true }]);
		await ann.user.acceptKeyChange(bob.id, bob.keyId);
		expect(await read(ann)).toBe("hello");
		expect(await bob.user.decryptString(await write(ann))).toBe("hello");
		expect(ann.changes).toHaveLength(1);
	});
});

describe("a changed key that waits", () => {
	/** Ann knows a key of Bob's that he has replaced since. */
	async function afterRotation() {
		const cleo = await person();
		const ann = await newAnn("block");
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

it("both halves that come at once are proven as well", async () => {
	const ann = await newAnn("block");
	ann.api.lie(VERIFY_KEY, () => underBobsId(mallory.verifyKey));
	const halves = await Promise.allSettled([write(ann), ann.sentc.getUserVerifyKey(bob.id, bob.keyId)]);
	expect(halves.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});
