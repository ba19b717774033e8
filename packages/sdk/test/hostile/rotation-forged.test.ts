import { createCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput, KeyRotationData, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { newUser, rejection, type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { User } from "../../src/index.js";
import { fetchThrough, routeOf, type Through } from "../support/fetch-through.js";

let api: ServedApi;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api.close());

const OPEN = "GET /user/user_keys/rotation";
const START = "POST /user/user_keys/rotation";
const FINISH = "PUT /user/user_keys/rotation/";
const KEY = "GET /user/user_keys/key/";

/** A page whose way to the API a test can change, and what was said on it about rotations. */
interface Page {
	user: User;
	through(between: Through): void;
	started: KeyRotationData[];
	items: KeyRotationItem[];
	keys: Map<string, GroupKeyServerOutput>;
}

async function openPage(logIn: (sentc: Awaited<ReturnType<typeof startSentc>>["sentc"]) => Promise<User>) {
	let between: Through = (_, send) => send();
	const page: Omit<Page, "user"> = {
		through: (next) => {
			between = next;
		},
		started: [],
		items: [],
		keys: new Map(),
	};
	const record: Through = async (request, send) => {
		const route = routeOf(request);
		if (route === START) page.started.push((await request.clone().json()) as KeyRotationData);
		const response = await between(request, send);
		const { result } = (await response.clone().json()) as { result: never };
		if (route === OPEN) page.items.push(...(result as KeyRotationItem[]));
		if (route.startsWith(KEY) && result) page.keys.set(route.slice(KEY.length), result);
		return response;
	};
	const { sentc } = await startSentc(api, { fetch: fetchThrough(record) });
	return { ...page, user: await logIn(sentc) } satisfies Page;
}

const firstDevice = (): Promise<Page> => openPage((sentc) => newUser(sentc));

const addDevice = (user: User): Promise<Page> =>
	openPage(async (sentc) => {
		const [identifier, password] = sentc.generateRegisterData();
		await user.registerDevice(String(await sentc.registerDeviceStart(identifier, password)));
		return sentc.login(identifier, password, true);
	});

async function rotate(user: User): Promise<void> {
	await user.keyRotation();
	await api.runJobs();
}

const keysOf = ({ user_data }: User) => new Map(user_data.user_keys.map((key) => [key.group_key_id, key.private_key]));
const newest = ({ user_data }: User): string => user_data.newest_key_id;

/** An API that lists `item` and has `keys`, of which the new one is always as it was sent. */
function forging(item: KeyRotationItem, keys: ReadonlyMap<string, GroupKeyServerOutput>): Through {
	let sent = {};
	return async (request, send) => {
		const route = routeOf(request);
		if (route === OPEN) return Response.json({ status: true, result: [item] });
		if (route.startsWith(FINISH)) {
			const { encrypted_new_group_key, public_key_id } = (await request.json()) as Record<string, string>;
			sent = { encrypted_group_key: encrypted_new_group_key, user_public_key_id: public_key_id };
			return Response.json({ status: true, result: "ok" });
		}
		const id = route.startsWith(KEY) ? route.slice(KEY.length) : "";
		const key = keys.get(id);
		if (!key) return send();
		const result = { ...key, ...(id === item.new_group_key_id && sent) };
		return Response.json({ status: true, result });
	};
}

/** The record of a key under another id. */
const renamed = (key: GroupKeyServerOutput | undefined, id: string): GroupKeyServerOutput => {
	if (!key) throw new Error("No such key was seen");
	const ids = { group_key_id: id, key_pair_id: id, keypair_sign_id: id, public_key_sig_key_id: id };
	return { ...key, ...ids, time: Date.now() + 60_000 };
};

describe("an API that knows the keys of somebody else", () => {
	/** Mallory's two keys as if they were Ann's, and her rotation as if another device of Ann had made it. */
	async function forgery(ann: User): Promise<{ item: KeyRotationItem; keys: Map<string, GroupKeyServerOutput> }> {
		const mallory = await firstDevice();
		const previousId = newest(mallory.user);
		await mallory.user.fetchUserKey(previousId);
		await mallory.user.keyRotation();
		const [started] = mallory.started;
		const previous = mallory.keys.get(previousId);
		const made = mallory.keys.get(newest(mallory.user));
		const group_key = mallory.user.user_data.user_keys[0]?.group_key;
		if (!started || !previous || !made || !group_key) throw new Error("Mallory did not rotate");

		const crypto = createCrypto();
		const { device, device_id } = ann.user_data;
		const [wrapped] = crypto.prepareKeysForNewMember({
			publicKey: device.exported_public_key,
			groupKeys: [group_key],
			rank: null,
			keySession: false,
		}).keys;
		const { public_key_pem, public_key_alg } = JSON.parse(device.exported_public_key);
		const forAnn = { user_public_key_id: device_id, time: Date.now() + 60_000 };
		return {
			keys: new Map([
				[previousId, { ...previous, ...forAnn, encrypted_group_key: wrapped?.encrypted_group_key ?? "" }],
				[made.group_key_id, { ...made, ...forAnn }],
			]),
			item: {
				encrypted_ephemeral_key_by_group_key_and_public_key: crypto.encryptEphemeralKey({
					publicKeyString: public_key_pem,
					algorithm: public_key_alg,
					encryptedEphemeralKey: started.encrypted_ephemeral_key,
				}),
				encrypted_group_key_by_ephemeral: started.encrypted_group_key_by_ephemeral,
				ephemeral_alg: started.ephemeral_alg,
				encrypted_eph_key_key_id: device_id,
				previous_group_key_id: previousId,
				time: Date.now() + 60_000,
				new_group_key_id: made.group_key_id,
			},
		};
	}

	it("can't have them used by a rotation from a key that it gave itself", async () => {
		const { through, user } = await firstDevice();
		const before = newest(user);
		const { item, keys } = await forgery(user);
		through(forging(item, keys));
		await user.finishKeyRotation();
		expect(newest(user)).toBe(before);
		// Nor by another one from that.
		through(forging({ ...item, previous_group_key_id: item.new_group_key_id }, keys));
		await rejection(user.finishKeyRotation());
		expect(newest(user)).toBe(before);
	});

	it("can't have them used because they were fetched before", async () => {
		const { through, user } = await firstDevice();
		const before = newest(user);
		const { item, keys } = await forgery(user);
		through(forging(item, keys));
		await user.getUserSymKey(item.previous_group_key_id);
		await user.finishKeyRotation();
		expect(newest(user)).toBe(before);
	});

	it("can have them used by an app that says so, if they fit together", async () => {
		const { through, user } = await firstDevice();
		const before = newest(user);
		const { item, keys } = await forgery(user);
		const [id, other] = [item.previous_group_key_id, item.new_group_key_id];
		const key = keys.get(id);
		if (!key) throw new Error("There is no such key");
		const verify_key = keys.get(other)?.verify_key;
		through(forging(item, new Map([[id, { ...key, verify_key }]])));
		expect(await rejection(user.fetchUserKey(id, true))).toMatchObject({ code: "ENVELOPE_MALFORMED" });
		expect(newest(user)).toBe(before);
		through(forging(item, keys));
		expect((await user.fetchUserKey(id)).unproven).toBe(true);
		expect((await user.fetchUserKey(id, true)).unproven).toBeUndefined();
		expect(newest(user)).toBe(id);
	});

	it("can't pass their signatures off as the own", async () => {
		const { through, user } = await firstDevice();
		const { item, keys } = await forgery(user);
		through(forging(item, keys));
		const { sign_key } = await user.fetchUserKey(item.previous_group_key_id);
		const publicKey = await user.getPublicKey(user.user_data.user_id);
		const text = createCrypto().encryptString({ key: { publicKey }, text: "I owe you", signKey: sign_key });
		const error = await rejection(user.decryptString(text, true, user.user_data.user_id));
		expect(error).toMatchObject({ code: "KEY_NOT_FOUND" });
	});
});

describe("an API that shows an earlier rotation again", () => {
	/** A phone with three keys, and what the API said of the second one. */
	async function phone(): Promise<Page & { second: GroupKeyServerOutput | undefined; item: KeyRotationItem }> {
		const laptop = await firstDevice();
		const page = await addDevice(laptop.user);
		await rotate(laptop.user);
		await page.user.finishKeyRotation();
		const second = page.keys.get(newest(page.user));
		await rotate(laptop.user);
		await page.user.finishKeyRotation();
		const [item] = page.items;
		if (!item) throw new Error("No rotation was listed");
		return { ...page, second, item };
	}

	it.each(["the id of the newest key", "an id of its own"])("with %s can't have the old key used", async (which) => {
		const { through, user, item, second } = await phone();
		const before = keysOf(user);
		const newestBefore = newest(user);
		const id = which === "an id of its own" ? crypto.randomUUID() : newestBefore;
		through(forging({ ...item, new_group_key_id: id }, new Map([[id, renamed(second, id)]])));
		await user.finishKeyRotation().catch(() => undefined);
		expect(newest(user)).toBe(newestBefore);
		expect(keysOf(user)).toEqual(before);
	});

	it("changes nothing", async () => {
		const { through, user, item, second } = await phone();
		const before = structuredClone(user.user_data.user_keys);
		through(forging(item, new Map([[item.new_group_key_id, renamed(second, item.new_group_key_id)]])));
		await user.finishKeyRotation();
		expect(user.user_data.user_keys).toEqual(before);
		expect(newest(user)).toBe(before[2]?.group_key_id);
	});
});
