import {
	freshName,
	newUser,
	PASSWORD,
	rejection,
	runs,
	type ServedApi,
	startApi,
	startSentc,
	thrown,
} from "@sentc-ts/test-world";
import * as fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSentc, type KeyChange, MemoryStorage, type SentcClient, type User } from "../../src/index.js";
import { accept, judge, type Pin, type Proof, type SeenKey, type Signature } from "../../src/public-keys/pin.js";
import { ask, type Tampered, tamper } from "../support/tamper.js";

type Json = Record<string, unknown>;

let api: ServedApi;
/** What the API has of Bob, and of Mallory, whose keys it hands out as Bob's. */
let bob: { user: User; id: string; key: Json; verifyKey: Json };
let fresh: Ann;
let mallory: { user: User; id: string; key: Json; verifyKey: Json };
beforeAll(async () => {
	api = await startApi();
	bob = await person();
	mallory = await person();
	fresh = await loggedInAnn("warn");
});
afterAll(() => api.close());

async function person() {
	const user = await newUser((await startSentc(api)).sentc);
	const id = user.user_data.user_id;
	const key = await ask(api, `/user/${id}/public_key`);
	return { user, id, key, verifyKey: await ask(api, `/user/${id}/verify_key/${key["public_key_id"]}`) };
}

/** Ann, whose client asks for public keys every time, at an API that may lie. */
interface Ann {
	user: User;
	sentc: SentcClient;
	storage: MemoryStorage;
	name: string;
	changes: KeyChange[];
	/** Identifiers that came with the changes. */
	tellers: string[];
	api: Tampered;
}

async function start(key_change: "warn" | "block", storage: MemoryStorage): Promise<Omit<Ann, "user" | "name">> {
	const changes: KeyChange[] = [];
	const tellers: string[] = [];
	const tampered = tamper();
	const { sentc } = await startSentc(api, {
		fetch: tampered.fetch,
		public_key_lifetime: 0,
		key_change,
		on_key_change: (change, identifier) => {
			changes.push(change);
			tellers.push(identifier);
		},
		storage: { getStorage: async () => storage },
	});
	return { sentc, storage, changes, tellers, api: tampered };
}

/** A log in of her own, for tests that end it. */
async function loggedInAnn(key_change: "warn" | "block"): Promise<Ann> {
	const name = freshName();
	const started = await start(key_change, new MemoryStorage());
	return { ...started, name, user: await newUser(started.sentc, name) };
}

/** The state after a log in, without deriving keys from the password once more. */
async function newAnn(key_change: "warn" | "block"): Promise<Ann> {
	const storage = new MemoryStorage();
	for (const key of await fresh.storage.keys()) await storage.set(key, await fresh.storage.getItem(key));
	return nextPage({ ...fresh, storage }, key_change);
}

/** The next page on the same storage. */
async function nextPage({ name, storage }: Ann, key_change: "warn" | "block"): Promise<Ann> {
	const started = await start(key_change, storage);
	return { ...started, name, user: await started.sentc.getActualUser() };
}

const PUBLIC_KEY = /\/public_key$/;
const VERIFY_KEY = /\/verify_key\//;
const keyIdOf = (key: Json): string => String(key["public_key_id"]);

describe("the key of another user", () => {
	it("is trusted when it is seen first, and nobody is told while it stays the same", async () => {
		const ann = await newAnn("block");
		for (let i = 0; i < 3; i++) {
			expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
		}
		expect(ann.changes).toEqual([]);
		expect(ann.api.requests.filter((request) => PUBLIC_KEY.test(request))).toHaveLength(3);
	});

	it("is used after a change with key_change: warn, and the app is told once", async () => {
		const ann = await newAnn("warn");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		await Promise.all(Array.from({ length: 10 }, () => ann.user.encryptString("hello", bob.id)));
		expect(ann.changes).toEqual([
			{
				user_id: bob.id,
				old_public_key_id: keyIdOf(bob.key),
				new_public_key_id: keyIdOf(mallory.key),
				verified: false,
				blocked: false,
			},
		]);
		expect((await ann.sentc.getUserPublicKey(bob.id)).public_key_id).toBe(keyIdOf(mallory.key));
		expect(ann.changes).toHaveLength(1);
	});

	it("is reported again when it changes back: an old key may be a stolen one", async () => {
		const ann = await newAnn("warn");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		await ann.user.getPublicKey(bob.id);
		ann.api.beHonest();
		await ann.user.getPublicKey(bob.id);
		expect(ann.changes.map((change) => change.new_public_key_id)).toEqual([keyIdOf(mallory.key), keyIdOf(bob.key)]);
	});

	it("is not used after a change with key_change: block until the app accepts it", async () => {
		const ann = await newAnn("block");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		const refused = {
			name: "KeyChanged",
			code: "KEY_CHANGED",
			status: "client_key_changed",
			userId: bob.id,
			oldPublicKeyId: keyIdOf(bob.key),
			newPublicKeyId: keyIdOf(mallory.key),
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
		expect(ann.changes).toMatchObject([{ blocked: true, new_public_key_id: keyIdOf(mallory.key) }]);

		expect(await rejection(ann.user.acceptKeyChange(bob.id, "another"))).toMatchObject({ field: "public_key_id" });
		expect(await rejection(ann.user.acceptKeyChange(mallory.id, keyIdOf(mallory.key)))).toMatchObject({
			field: "public_key_id",
		});
		await ann.user.acceptKeyChange(bob.id, keyIdOf(mallory.key));
		await ann.user.acceptKeyChange(bob.id, keyIdOf(mallory.key));
		expect(await mallory.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
		expect(ann.changes).toHaveLength(1);
	});

	it("can't become another one while it waits to be accepted", async () => {
		const ann = await newAnn("block");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		expect(await rejection(ann.user.getPublicKey(bob.id))).toMatchObject({ code: "KEY_CHANGED" });
		ann.api.lie(PUBLIC_KEY, () => ({ ...bob.key, public_key_id: keyIdOf(mallory.key) }));
		expect(await rejection(ann.user.getPublicKey(bob.id))).toMatchObject({ code: "KEY_REPLACED" });
	});

	it("is good again when an API that lied for a time answers the known one", async () => {
		const ann = await newAnn("block");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		expect(await rejection(ann.user.getPublicKey(bob.id))).toMatchObject({ code: "KEY_CHANGED" });
		ann.api.beHonest();
		expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
	});

	it.each(["warn", "block"] as const)("is never one with the same id and other bytes (%s)", async (policy) => {
		const ann = await newAnn(policy);
		const number = { user_id: bob.id, verify_key_id: keyIdOf(bob.key) };
		await ann.user.getPublicKey(bob.id);
		await ann.user.createSafetyNumber(number);
		const { public_key } = mallory.key;
		ann.api.lie(PUBLIC_KEY, (honest) => ({ ...honest, public_key }));
		ann.api.lie(VERIFY_KEY, (honest) => ({ ...honest, verify_key: mallory.verifyKey["verify_key"] }));
		await ann.storage.delete(`user_verify_key_id_${bob.id}_key_id_${keyIdOf(bob.key)}`);
		const replaced = { name: "KeyChanged", code: "KEY_REPLACED", status: "client_key_replaced", userId: bob.id };
		expect(await rejection(ann.user.encryptString("hello", bob.id))).toMatchObject(replaced);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, keyIdOf(bob.key)))).toMatchObject(replaced);
		expect(await rejection(ann.user.createSafetyNumber(number))).toMatchObject(replaced);
		await ann.user.acceptKeyChange(bob.id, keyIdOf(bob.key));
		expect(await rejection(ann.user.encryptString("hello", bob.id))).toMatchObject(replaced);
		expect(ann.changes).toEqual([]);
		ann.api.beHonest();
		expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
		await ann.user.createSafetyNumber(number);
	});

	it("is the same key when only its text is another: line ends, white space around it", async () => {
		const ann = await newAnn("block");
		await ann.user.getPublicKey(bob.id);
		ann.api.lie(PUBLIC_KEY, (honest) => {
			const halves = Object.entries(JSON.parse(String(honest["public_key"])));
			const others = halves.map(([name, pem]) => [name, String(pem).replaceAll("\n", "\r\n")]);
			return { ...honest, public_key: JSON.stringify(Object.fromEntries(others), null, 1) };
		});
		expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
	});

	it("that is no key is refused and leaves what is known", async () => {
		const ann = await newAnn("warn");
		await ann.user.getPublicKey(bob.id);
		for (const change of [{ public_key: "{}" }, { public_key_alg: "ROT13" }, { public_key: "" }]) {
			ann.api.lie(PUBLIC_KEY, (honest) => ({ ...honest, ...change }));
			expect(await rejection(ann.user.encryptString("hello", bob.id))).toMatchObject({ name: "CryptoError" });
		}
		ann.api.beHonest();
		await ann.user.encryptString("hello", bob.id);
		expect(ann.changes).toEqual([]);
	});
});

describe("a user who rotates the keys", () => {
	it("is reported once, and what was signed before and after is verified", async () => {
		const cleo = await person();
		const warned = await newAnn("warn");
		const blocked = await newAnn("block");
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
			expect(ann.changes).toMatchObject([{ old_public_key_id: keyIdOf(cleo.key), new_public_key_id: newest_key_id }]);
		}
	});
});

describe("a verified key", () => {
	it("stays verified when it is fetched anew, and the report of a change says so", async () => {
		const ann = await newAnn("warn");
		expect(await ann.sentc.verifyUserPublicKey(bob.id, await ann.sentc.getUserPublicKey(bob.id))).toBe(true);
		expect(await ann.sentc.getUserPublicKey(bob.id)).toMatchObject({ verified: true });
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		expect(await ann.sentc.getUserPublicKey(bob.id)).toMatchObject({ verified: false });
		expect(ann.changes).toMatchObject([{ verified: true, new_public_key_id: keyIdOf(mallory.key) }]);
		ann.api.beHonest();
		expect(await ann.sentc.getUserPublicKey(bob.id)).toMatchObject({ verified: false });
		expect(ann.changes.at(1)).toMatchObject({ verified: false, new_public_key_id: keyIdOf(bob.key) });
	});

	it("of an old one says nothing of the newest", async () => {
		const ann = await newAnn("warn");
		const old = await ann.sentc.getUserPublicKey(bob.id);
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		await ann.sentc.getUserPublicKey(bob.id);
		expect(await ann.sentc.verifyUserPublicKey(bob.id, old, true)).toBe(true);
		expect(await ann.sentc.getUserPublicKey(bob.id)).toMatchObject({ verified: false });
	});

	it("is not made of a changed one that is blocked", async () => {
		const ann = await newAnn("block");
		await ann.sentc.getUserPublicKey(bob.id);
		const other = await mallory.user.getPublicKey(mallory.id);
		const data = { public_key: other, public_key_id: "any", public_key_sig_key_id: "any", verified: true };
		expect(await rejection(ann.sentc.verifyUserPublicKey(bob.id, data))).toMatchObject({ code: "KEY_CHANGED" });
	});
});

describe("a verify key", () => {
	let signedByMallory: string;
	let ann: Ann;
	beforeEach(async () => {
		ann = await newAnn("block");
		signedByMallory = await mallory.user.encryptString("I am Bob", ann.user.user_data.user_id, true);
	});

	const lieAboutVerifyKeys = (of: Ann): void => {
		of.api.lie(VERIFY_KEY, () => mallory.verifyKey);
	};

	it("with an id that was never one of that user's is a change, too", async () => {
		lieAboutVerifyKeys(ann);
		await ann.user.getPublicKey(bob.id);
		expect(await rejection(ann.user.decryptString(signedByMallory, true, bob.id))).toMatchObject({
			code: "KEY_CHANGED",
			newPublicKeyId: keyIdOf(mallory.key),
		});
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, keyIdOf(mallory.key)))).toMatchObject({
			code: "KEY_CHANGED",
		});
		expect(ann.changes).toHaveLength(1);
	});

	it("that was replaced in the storage is not used, and fetched anew", async () => {
		const id = keyIdOf(bob.key);
		const honest = await ann.sentc.getUserVerifyKey(bob.id, id);
		const foreign = JSON.stringify({ ...JSON.parse(honest), verify_key_pem: mallory.verifyKey["verify_key"] });
		await ann.storage.set(`user_verify_key_id_${bob.id}_key_id_${id}`, foreign);
		expect(await rejection(ann.sentc.getUserVerifyKey(bob.id, id))).toMatchObject({ code: "KEY_REPLACED" });
		expect(await ann.sentc.getUserVerifyKey(bob.id, id)).toBe(honest);
	});

	it("can be compared before it is accepted", async () => {
		lieAboutVerifyKeys(ann);
		await ann.user.getPublicKey(bob.id);
		const claimed = { user_id: bob.id, verify_key_id: keyIdOf(mallory.key) };
		const honest = { user_id: ann.user.user_data.user_id, verify_key_id: ann.user.user_data.newest_key_id };
		expect(await ann.user.createSafetyNumber(claimed)).not.toBe(await bob.user.createSafetyNumber(honest));
		expect(ann.changes).toMatchObject([{ blocked: true }]);
		expect(await rejection(ann.user.decryptString(signedByMallory, true, bob.id))).toMatchObject({
			code: "KEY_CHANGED",
		});
		await ann.user.acceptKeyChange(bob.id, keyIdOf(mallory.key));
		expect(await ann.user.decryptString(signedByMallory, true, bob.id)).toBe("I am Bob");
		expect(await bob.user.decryptString(await ann.user.encryptString("hello", bob.id))).toBe("hello");
	});

	it("is reported once for verify key and public key together with key_change: warn", async () => {
		const warned = await newAnn("warn");
		const text = await mallory.user.encryptString("I am Bob", warned.user.user_data.user_id, true);
		await warned.user.getPublicKey(bob.id);
		lieAboutVerifyKeys(warned);
		warned.api.lie(PUBLIC_KEY, () => mallory.key);
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
			const signer = { signed_by_user_id: bob.id, signed_by_user_sign_key_id: keyIdOf(mallory.key) };
			return { ...group, keys: keys.map((key) => ({ ...key, ...signer })) };
		});
		expect(await rejection(ann.user.getGroup(groupId, undefined, 1))).toMatchObject({ code: "KEY_CHANGED" });
	});
});

describe("what is known of other users", () => {
	it("is kept over a restart, apart from the cache", async () => {
		const ann = await newAnn("block");
		await ann.user.getPublicKey(bob.id);
		await ann.storage.delete(`user_public_key_id_${bob.id}`);
		const later = await nextPage(ann, "block");
		later.api.lie(PUBLIC_KEY, () => mallory.key);
		expect(await rejection(later.user.getPublicKey(bob.id))).toMatchObject({ code: "KEY_CHANGED" });
	});

	it("belongs to the user who is logged in, and goes with that user alone", async () => {
		const ann = await loggedInAnn("block");
		const cleoName = freshName();
		const cleo = await newUser(ann.sentc, cleoName);
		await Promise.all([ann.user.getPublicKey(bob.id), cleo.getPublicKey(bob.id)]);
		const pins = async (): Promise<string[]> => (await ann.storage.keys()).filter((key) => key.startsWith("key_pin_"));
		expect(await pins()).toHaveLength(2);
		await ann.user.logOut();
		expect(await pins()).toEqual([`key_pin_user_${cleo.user_data.user_id}_id_${bob.id}`]);
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		expect(await rejection(cleo.getPublicKey(bob.id))).toMatchObject({ code: "KEY_CHANGED" });
		expect(ann.tellers).toEqual([cleoName]);
	});

	it("starts anew after a log in", async () => {
		const ann = await loggedInAnn("block");
		await ann.user.getPublicKey(bob.id);
		await ann.user.logOut();
		const again = await ann.sentc.login(ann.name, PASSWORD, true);
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		await again.getPublicKey(bob.id);
		expect(ann.changes).toEqual([]);
	});

	it("is nothing when nobody is logged in", async () => {
		const tampered = tamper();
		const { sentc, storage } = await startSentc(api, { fetch: tampered.fetch, public_key_lifetime: 0 });
		await sentc.getUserPublicKey(bob.id);
		tampered.lie(PUBLIC_KEY, () => mallory.key);
		expect((await sentc.getUserPublicKey(bob.id)).public_key_id).toBe(keyIdOf(mallory.key));
		expect((await storage.keys()).filter((key) => key.startsWith("key_pin_"))).toEqual([]);
	});
});

describe("the own keys", () => {
	it("are never taken from the API's word", async () => {
		const ann = await newAnn("warn");
		const { user_data } = ann.user;
		ann.api.lie(PUBLIC_KEY, () => mallory.key);
		ann.api.lie(VERIFY_KEY, () => mallory.verifyKey);
		await ann.storage.delete(`user_public_key_id_${user_data.user_id}`);
		const [newest] = user_data.user_keys;
		expect(await ann.user.getPublicKey(user_data.user_id)).toBe(newest?.exported_public_key);
		expect(await ann.sentc.getUserPublicKey(user_data.user_id)).toMatchObject({ verified: true });
		expect(await ann.sentc.getUserVerifyKey(user_data.user_id, user_data.newest_key_id)).toBe(
			newest?.exported_verify_key,
		);
		const text = await ann.user.encryptString("note to myself", user_data.user_id, true);
		expect(await ann.user.decryptString(text, true, user_data.user_id)).toBe("note to myself");
		expect(ann.api.requests.filter((request) => PUBLIC_KEY.test(request) || VERIFY_KEY.test(request))).toEqual([]);
	});
});

describe("the own public keys in the answer to a log in", () => {
	it.each(["public_group_key", "verify_key"])("%s of somebody else is refused", async (member) => {
		const { sentc, name, ...ann } = await loggedInAnn("warn");
		await ann.user.logOut();
		const foreign = member === "verify_key" ? mallory.verifyKey["verify_key"] : mallory.key["public_key"];
		ann.api.lie(/\/verify_login$/, (login) => {
			const keys = login["user_keys"] as Json[];
			return { ...login, user_keys: keys.map((key) => ({ ...key, [member]: foreign })) };
		});
		expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({ name: "EnvelopeError" });
		expect(await ann.storage.keys()).toEqual([]);
	});

	it("verify_key of somebody else in an old key is refused when it is needed", async () => {
		const { sentc, name, ...ann } = await loggedInAnn("warn");
		const { newest_key_id, user_id } = ann.user.user_data;
		await ann.user.keyRotation();
		await ann.user.logOut();
		ann.api.lie(/\/verify_login$/, (login) => {
			const [newest, old] = login["user_keys"] as Json[];
			return { ...login, user_keys: [newest, { ...old, verify_key: mallory.verifyKey["verify_key"] }] };
		});
		await sentc.login(name, PASSWORD, true);
		expect(await rejection(sentc.getUserVerifyKey(user_id, newest_key_id))).toMatchObject({ name: "EnvelopeError" });
	});

	it.each(["public_key_string", "verify_key_string"])("%s of the device is refused", async (member) => {
		const { sentc, name, ...ann } = await loggedInAnn("warn");
		const foreign = member === "verify_key_string" ? mallory.verifyKey["verify_key"] : mallory.key["public_key"];
		ann.api.lie(/\/done_login$/, (login) => {
			const direct = login["Direct"] as { device_keys: Json };
			return { Direct: { ...direct, device_keys: { ...direct.device_keys, [member]: foreign } } };
		});
		expect(await rejection(sentc.login(name, PASSWORD, true))).toMatchObject({ name: "EnvelopeError" });
	});
});

describe("the options", () => {
	it("are checked", async () => {
		const { base_url, app_token } = api;
		for (const [options, field] of [
			[{ key_change: "ignore" }, "key_change"],
			[{ on_key_change: "tell me" }, "on_key_change"],
			[{ public_key_lifetime: -1 }, "public_key_lifetime"],
			[{ public_key_lifetime: "1 h" }, "public_key_lifetime"],
		] as const) {
			const client = createSentc({ base_url, app_token, ...(options as object) });
			expect(await rejection(client.init())).toMatchObject({ name: "InvalidInput", field });
		}
	});
});

/** Whatever an API shows in whatever order. */
describe("judge", () => {
	type Half = "public_key" | "verify_key";
	interface Shown {
		id: string;
		half: Half;
		bytes: string;
		/** What comes out when it has to be proven that it belongs to the other half. */
		signature: Signature;
	}
	const shown: fc.Arbitrary<Shown> = fc.record({
		id: fc.nat(4).map(String),
		half: fc.constantFrom("public_key", "verify_key"),
		bytes: fc.nat(9).map((luck) => (luck === 0 ? "other" : "usual")),
		signature: fc.constantFrom("valid", "none", "wrong"),
	});
	const acceptance = fc.nat(4).map((id) => ({ accept: String(id) }));

	it("never trusts what was not first, known, proven or accepted, and tells of it", () => {
		fc.assert(
			fc.property(
				fc.array(fc.oneof({ arbitrary: shown, weight: 4 }, { arbitrary: acceptance, weight: 1 })),
				(steps) => {
					let pin: Pin | undefined;
					/** Halves that are trusted, and those that are when the app accepts their id. */
					const good = new Set<string>();
					const offered = new Set<string>();
					const told = new Set<string>();
					for (const step of steps) {
						if ("accept" in step) {
							const accepted = pin && accept(pin, step.accept);
							expect(accepted !== undefined).toBe(told.has(step.accept));
							pin = accepted ?? pin;
							for (const half of offered) {
								if (half.startsWith(step.accept) && offered.delete(half)) good.add(half);
							}
							told.delete(step.accept);
							continue;
						}
						const { id, half, bytes, signature } = step;
						const name = `${id} ${half}`;
						const other = `${id} ${half === "public_key" ? "verify_key" : "public_key"}`;
						const seen: SeenKey = { id, [half]: bytes };
						if (!pin) good.add(name);
						const entries = [...(pin?.keys ?? []), ...(pin?.waiting ?? [])].filter((key) => key.id === id);
						const decide = (proof?: Proof) => judge(pin, "user", seen, "block", proof);
						if (entries.some((key) => key[half] !== undefined && key[half] !== bytes)) {
							expect(thrown(() => decide())).toMatchObject({ code: "KEY_REPLACED" });
							continue;
						}
						const known = decide().unproven;
						if (known) expect(decide()).toEqual({ pin, trusted: false, unproven: known });
						const proof = known && { known, signature };
						if (proof && (signature === "wrong" || (signature === "none" && half === "public_key"))) {
							expect(thrown(() => decide(proof))).toMatchObject({ code: "KEY_REPLACED" });
							continue;
						}
						const verdict = decide(proof);
						const isProven = proof?.signature === "valid";
						if (verdict.trusted) {
							expect(good.has(name) || (isProven && good.has(other))).toBe(true);
							good.add(name);
						} else {
							expect(verdict.change?.new_public_key_id).toBe(told.has(id) ? undefined : id);
							if (isProven || !told.has(id)) offered.add(name);
							told.add(id);
						}
						pin = verdict.pin;
					}
					for (const key of pin?.keys ?? []) {
						for (const half of ["public_key", "verify_key"] as const) {
							if (key[half] !== undefined) expect(good).toContain(`${key.id} ${half}`);
						}
					}
				},
			),
			{ numRuns: runs(2000) },
		);
	});

	it("asks for a new proof when another half is known by now", () => {
		const pin = (verify_key: string): Pin => ({
			newest_key_id: "1",
			verified: false,
			keys: [{ id: "1", verify_key }],
			waiting: [],
		});
		const seen: SeenKey = { id: "1", public_key: "bytes", signature: "signature" };
		const proof = { known: { id: "1", verify_key: "a" }, signature: "valid" } as const;
		expect(judge(pin("a"), "user", seen, "block", proof)).toMatchObject({ trusted: true });
		expect(judge(pin("b"), "user", seen, "block", proof)).toMatchObject({
			trusted: false,
			unproven: { verify_key: "b" },
		});
	});
});
