import { PASSWORD, rejection, rotateKeys, signUp, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KeyFailure, User } from "../../src/index.js";
import { answering, tamper } from "../support/between.js";
import { createElsewhere } from "../support/created-elsewhere.js";

// Whoever once had a session of the user's may have made keys that the user's devices can't open (a device that was registered with
// garbage, and a rotation by it); an API may answer such records of its own.

const api = await startApi();
afterAll(() => api.close());

type Json = Record<string, unknown>;
type Page = readonly Json[];

const GARBAGE = { encrypted_group_key: Buffer.alloc(1300, 7).toString("base64") };
const VERIFY = /\/verify_login$/;
/** A user key by its id. */
const ONE = /\/user_keys\/key\//;

/** A user with two generations of keys at an API that may lie, and what the app is told. */
async function start() {
	const told: [KeyFailure, string][] = [];
	const { fetch, ...between } = tamper();
	const on_unusable_key = (key: KeyFailure, identifier: string): void => void told.push([key, identifier]);
	const person = await signUp(api, { fetch, on_unusable_key, worker: false });
	await rotateKeys(api, person.user);
	return { ...person, ...between, told };
}

/** Changes the page of keys that an answer has. */
const pageOf =
	(member: string, change: (page: Page) => Page) =>
	(answer: Json): Json => ({ ...answer, [member]: change(answer[member] as Page) });

const idsOf = (page: readonly { group_key_id: string }[]): string[] => page.map(({ group_key_id }) => group_key_id);

describe("a user key that nobody can open", () => {
	const broken: [string, Json][] = [
		["garbage", GARBAGE],
		["no base64", { encrypted_group_key: "garbage" }],
		["a private key of somebody else", { encrypted_private_group_key: Buffer.alloc(2460, 7).toString("base64") }],
		["no sign key", { encrypted_sign_key: null }],
		["an algorithm of the future", { keypair_encrypt_alg: "ECIES-ed25519_KYBER_1024" }],
		["a public key that is none", { public_group_key: "" }],
	];
	let person: Awaited<ReturnType<typeof start>>;
	beforeAll(async () => {
		person = await start();
	});

	it.each(broken)("locks nobody out as the newest one: %s", async (_, change) => {
		const { sentc, name, lie, told } = person;
		let newest = "";
		lie(
			VERIFY,
			pageOf("user_keys", ([first, ...others]) => {
				newest = String(first?.["group_key_id"]);
				return [{ ...first, ...change }, ...others];
			}),
		);
		told.splice(0);
		const user = await sentc.login(name, PASSWORD, true);
		expect(told).toEqual([[{ key_id: newest, error: expect.any(Error) }, name]]);
		expect(user.unusable_keys).toEqual(told.map(([key]) => key));
		expect(idsOf(user.user_data.user_keys)).not.toContain(newest);
		expect(user.user_data.newest_key_id).toBe(user.user_data.user_keys[0]?.group_key_id);
		const { user_id } = user.user_data;
		const text = user.encryptStringSync("hello", user.getNewestKey().exported_public_key, true);
		expect(await user.decryptString(text, true, user_id)).toBe("hello");
		await user.createGroup(true);
	});

	it("locks nobody out as an old one", async () => {
		const { sentc, name, lie, told } = person;
		lie(
			VERIFY,
			pageOf("user_keys", ([first = {}, second]) => [first, { ...second, ...GARBAGE }]),
		);
		lie(ONE, (key) => ({ ...key, ...GARBAGE }));
		told.splice(0);
		const user = await sentc.login(name, PASSWORD, true);
		expect(user.user_data.user_keys).toHaveLength(1);
		// The old key, and the searchable one that it encrypts.
		expect(told).toHaveLength(2);
	});

	it("hides no other key of a page of old ones", async () => {
		const { sentc, name, lie, beHonest, told } = person;
		beHonest();
		let page: Page = [];
		lie(
			VERIFY,
			pageOf("user_keys", ([first = {}]) => {
				const copy = (index: number): Json => ({
					...first,
					group_key_id: `key-${index}`,
					time: Number(first["time"]) - index,
				});
				page = [{ ...copy(50), ...GARBAGE }, copy(51)];
				return [first, ...Array.from({ length: 49 }, (_, index) => copy(index + 1))];
			}),
		);
		lie(/\/user_keys\/keys\//, () => page);
		told.splice(0);
		const user = await sentc.login(name, PASSWORD, true);
		expect(told.map(([{ key_id }]) => key_id)).toEqual(["key-50"]);
		const ids = idsOf(user.user_data.user_keys);
		expect(ids).toEqual(expect.arrayContaining(["key-1", "key-49", "key-51"]));
		expect(ids).not.toContain("key-50");
	});

	it("is an error where it is asked for, and with no other one to use", async () => {
		const { sentc, name, lie, beHonest, storage, user: before } = person;
		beHonest();
		const { newest_key_id } = before.user_data;
		const stored = await storage.getItem(`user_data_id_${name}`);
		lie(
			VERIFY,
			pageOf("user_keys", (page) => page.map((key) => ({ ...key, ...GARBAGE }))),
		);
		const failure = await rejection(sentc.login(name, PASSWORD, true));
		expect(failure).toMatchObject({ name: "KeysUnusable", code: "KEYS_UNUSABLE", status: "client_14" });
		expect(failure).toMatchObject({ failures: [{ key_id: newest_key_id }, {}] });
		expect(await storage.getItem(`user_data_id_${name}`)).toEqual(stored);

		lie(ONE, (key) => ({ ...key, ...GARBAGE }));
		lie(
			VERIFY,
			pageOf("user_keys", ([first, ...others]) => [{ ...first, ...GARBAGE }, ...others]),
		);
		const user = await sentc.login(name, PASSWORD, true);
		expect(await rejection(user.fetchUserKey(newest_key_id))).toMatchObject({ code: "DECRYPTION_FAILED" });
	});

	it("of the searchable keys hides no other one", async () => {
		const { sentc, name, lie, beHonest, told } = person;
		beHonest();
		lie(
			VERIFY,
			pageOf("hmac_keys", ([key = {}]) => [{ ...key, id: "broken", encrypted_hmac_key: "AAAA" }, key]),
		);
		told.splice(0);
		const user = await sentc.login(name, PASSWORD, true);
		expect(told.map(([{ key_id }]) => key_id)).toEqual(["broken"]);
		expect(user.user_data.hmac_keys).toHaveLength(1);
	});
});

describe("a group key that the user can't open", () => {
	let person: Awaited<ReturnType<typeof start>>;
	let user: User;
	let id: string;
	let genuine: string;
	beforeAll(async () => {
		person = await start();
		user = person.user;
	});

	/** A new group, in whose answer one more key stands: a copy of its own that is made later or earlier. */
	async function groupWith(later: number, change: Json): Promise<void> {
		person.beHonest();
		id = await createElsewhere(api, user, true);
		person.lie(
			new RegExp(`/group/${id}$`),
			pageOf("keys", ([first = {}]) => {
				genuine = String(first["group_key_id"]);
				const key = { ...first, group_key_id: "broken", time: Number(first["time"]) + later, ...change };
				return later > 0 ? [key, first] : [first, key];
			}),
		);
		person.told.splice(0);
	}

	it.each<[string, Json, string]>([
		["garbage", GARBAGE, "DECRYPTION_FAILED"],
		["a key for somebody else's key pair", { user_public_key_id: "elsewhere" }, "GROUP_KEY_NOT_FOUND"],
		["a public key that is none", { public_group_key: "" }, "JSON_INVALID"],
	])("hides no other one, and is never the newest: %s", async (_, change, code) => {
		for (const later of [1, -1]) {
			await groupWith(later, change);
			const group = await user.getGroup(id, undefined, 2);
			expect(person.told).toMatchObject([[{ key_id: "broken", group_id: id, error: { code } }, person.name]]);
			expect(user.unusable_keys).toContainEqual(person.told[0]?.[0]);
			expect(group.data.newest_key_id).toBe(genuine);
			expect(idsOf(group.data.keys)).toEqual([genuine]);
			const text = await group.encryptString("hello", true);
			expect(await group.decryptString(text, true, user.user_data.user_id)).toBe("hello");
		}
	});

	it("hides no other one on a page of old keys", async () => {
		await groupWith(-1, {});
		let page: Page = [];
		person.lie(
			new RegExp(`/group/${id}$`),
			pageOf("keys", ([first = {}]) => {
				const copy = (index: number): Json => ({
					...first,
					group_key_id: `key-${index}`,
					time: Number(first["time"]) - index,
				});
				page = [{ ...copy(50), ...GARBAGE }, copy(51)];
				return [first, ...Array.from({ length: 49 }, (_, index) => copy(index + 1))];
			}),
		);
		person.lie(new RegExp(`/group/${id}/keys/`), () => page);
		const group = await user.getGroup(id);
		expect(person.told.map(([{ key_id, group_id }]) => [key_id, group_id])).toEqual([["key-50", id]]);
		expect(idsOf(group.data.keys).slice(-2)).toEqual(["key-49", "key-51"]);
	});

	it("is an error when there is no other one", async () => {
		await groupWith(1, GARBAGE);
		person.lie(
			new RegExp(`/group/${id}$`),
			pageOf("keys", (page) => page.map((key) => ({ ...key, ...GARBAGE }))),
		);
		expect(await rejection(user.getGroup(id))).toMatchObject({ code: "KEYS_UNUSABLE" });
	});

	it("is no such key when the API can't be asked for what opens it", async () => {
		await groupWith(1, { user_public_key_id: "elsewhere" });
		const busy = { status: false, err_msg: "later", err_code: 599 };
		person.through(answering(/\/user_keys\/key\/elsewhere/, () => Response.json(busy, { status: 500 })));
		expect(await rejection(user.getGroup(id))).toMatchObject({ code: "SERVER_ERROR", status: "server_599" });
		expect(person.told).toEqual([]);
	});
});

describe("a group key whose signature is wrong, where signatures are asked for,", () => {
	const wrong = { group_key_sig: JSON.stringify({ x: "AAAA", k: "AAAA" }) };

	it.each<[string, Json]>([
		["not the signer's", wrong],
		["missing", { group_key_sig: null }],
	])("is not passed over for an older key when it is the newest: %s", async (_, change) => {
		const { user, lie, told } = await start();
		const id = await createElsewhere(api, user, true);
		const lying = (later: number) =>
			pageOf("keys", ([first = {}]) => [
				first,
				{ ...first, group_key_id: "other", time: Number(first["time"]) + later, ...change },
			]);
		lie(new RegExp(`/group/${id}$`), lying(1));
		const code = change === wrong ? "GROUP_KEY_VERIFICATION_FAILED" : "SIGNATURE_REQUIRED";
		expect(await rejection(user.getGroup(id, undefined, 2))).toMatchObject({ name: "CryptoError", code });

		lie(new RegExp(`/group/${id}$`), lying(-1));
		const group = await user.getGroup(id, undefined, 2);
		expect(told).toMatchObject([[{ key_id: "other", group_id: id, error: { code } }, expect.any(String)]]);
		expect(idsOf(group.data.keys)).not.toContain("other");
	});
});
