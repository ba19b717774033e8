import { createCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput, KeyRotationItem } from "@sentc-ts/core-crypto/wire";
import { newUser, rejection, type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	KeyRotationUnfinished,
	type MemoryStorage,
	type SentcClient,
	SessionEnded,
	type User,
} from "../../src/index.js";
import { fetchThrough, routeOf, type Through, withResult } from "../support/fetch-through.js";

let api: ServedApi;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api.close());

interface Device {
	sentc: SentcClient;
	storage: MemoryStorage;
	user: User;
	identifier: string;
	/** Puts something between this device and the API. */
	through(between: Through): void;
}

const untouched: Through = (_, send) => send();

async function start(): Promise<Omit<Device, "user" | "identifier">> {
	let between = untouched;
	const through = (next: Through): void => {
		between = next;
	};
	const fetch = fetchThrough((request, send) => between(request, send));
	return { ...(await startSentc(api, { fetch })), through };
}

async function firstDevice(): Promise<Device> {
	const started = await start();
	const [identifier, password] = started.sentc.generateRegisterData();
	await started.sentc.register(identifier, password);
	return { ...started, identifier, user: await started.sentc.login(identifier, password, true) };
}

async function addDevice(user: User): Promise<Device> {
	const started = await start();
	const [identifier, password] = started.sentc.generateRegisterData();
	await user.registerDevice(String(await started.sentc.registerDeviceStart(identifier, password)));
	return { ...started, identifier, user: await started.sentc.login(identifier, password, true) };
}

async function rotate(user: User): Promise<void> {
	await user.keyRotation();
	await api.runJobs();
}

const START = "POST /user/user_keys/rotation";
const OPEN = "GET /user/user_keys/rotation";
const KEY = "GET /user/user_keys/key/";

/** Changes what the API answers on a route. */
function changing<T>(route: string, change: (result: T) => unknown): Through {
	return async (request, send) => {
		const response = await send();
		return routeOf(request).startsWith(route) ? withResult(response, (result) => change(result as T)) : response;
	};
}

const newest = ({ user_data }: User): string => user_data.newest_key_id;
const idsOf = ({ user_data }: User): string[] => user_data.user_keys.map((key) => key.group_key_id);

describe("three devices", () => {
	it("open everything from before, between and after two rotations, one of them offline meanwhile", async () => {
		const laptop = await firstDevice();
		const phone = await addDevice(laptop.user);
		const tablet = await addDevice(laptop.user);
		const userId = laptop.user.user_data.user_id;
		const content: string[] = [];
		const groups: { id: string; text: string }[] = [];
		const write = async (author: User): Promise<void> => {
			// Somebody new, who has not fetched the public key before.
			const friend = await newUser((await startSentc(api)).sentc);
			content.push(await friend.encryptString(`letter ${content.length}`, userId));
			const id = await author.createGroup();
			groups.push({ id, text: await (await author.getGroup(id)).encryptString(`note ${groups.length}`, true) });
		};

		await write(laptop.user);
		await rotate(laptop.user);
		await write(laptop.user);
		await phone.user.finishKeyRotation();
		await rotate(phone.user);
		await write(phone.user);
		await laptop.user.finishKeyRotation();

		expect(newest(tablet.user)).not.toBe(newest(laptop.user));
		await expect(tablet.user.decryptString(content[2] ?? "")).rejects.toMatchObject({ status: "server_304" });
		await tablet.user.finishKeyRotation();
		for (const { user } of [laptop, phone, tablet]) {
			expect(new Set(idsOf(user)).size).toBe(3);
			expect(newest(user)).toBe(newest(phone.user));
			for (const [index, text] of content.entries()) expect(await user.decryptString(text)).toBe(`letter ${index}`);
			for (const [index, { id, text }] of groups.entries()) {
				const group = await user.getGroup(id);
				expect(await group.decryptString(text, true, userId)).toBe(`note ${index}`);
			}
		}
		const friend = await newUser((await startSentc(api)).sentc);
		const signed = await tablet.user.encryptString("signed", friend.user_data.user_id, true);
		expect(await friend.decryptString(signed, true, userId)).toBe("signed");
	});

	it("know the own newest public key without asking", async () => {
		const laptop = await firstDevice();
		const phone = await addDevice(laptop.user);
		await rotate(laptop.user);
		await phone.user.finishKeyRotation();
		for (const { user, sentc } of [laptop, phone]) {
			const before = api.requests.length;
			const { public_key_id, public_key_sig_key_id } = await sentc.getUserPublicKey(user.user_data.user_id);
			expect([public_key_id, public_key_sig_key_id]).toEqual([newest(user), newest(user)]);
			const verifyKey = await sentc.getUserVerifyKey(user.user_data.user_id, newest(user));
			expect(JSON.parse(verifyKey).verify_key_id).toBe(newest(user));
			expect(api.requests.length).toBe(before);
		}
	});

	it("agree on the newest key when two of them rotate at once", async () => {
		const laptop = await firstDevice();
		const phone = await addDevice(laptop.user);
		await rotate(laptop.user);
		await rotate(phone.user);
		const last = newest(phone.user);
		await phone.user.finishKeyRotation();
		expect(newest(phone.user)).toBe(last);
		await laptop.user.finishKeyRotation();
		expect(newest(laptop.user)).toBe(last);
		expect(idsOf(laptop.user).toSorted()).toEqual(idsOf(phone.user).toSorted());
	});

	it("of which one was offline can add a fourth, which gets everything", async () => {
		const laptop = await firstDevice();
		const phone = await addDevice(laptop.user);
		await rotate(laptop.user);
		await rotate(laptop.user);
		const fourth = await addDevice(phone.user);
		expect(idsOf(fourth.user).toSorted()).toEqual(idsOf(laptop.user).toSorted());
		expect(newest(fourth.user)).toBe(newest(laptop.user));
	});

	it("keep the new key: it is there after a restart and after a login", async () => {
		const { sentc, storage, user, identifier } = await firstDevice();
		await rotate(user);
		const resumed = await startSentc(api, { storage: { getStorage: async () => storage } });
		const again = await resumed.sentc.getActualUser();
		expect(newest(again)).toBe(newest(user));
		expect(idsOf(again)).toEqual(idsOf(user));
		expect(await sentc.getUser(identifier)).toBe(user);
	});
});

describe("a rotation", () => {
	it("is shared by calls at the same time", async () => {
		const { user } = await firstDevice();
		const before = api.requests.length;
		await Promise.all([user.keyRotation(), user.keyRotation(), user.finishKeyRotation(), user.finishKeyRotation()]);
		const sent = api.requests.slice(before).map((request) => request.split(" ")[0]);
		expect(sent).toEqual(["POST", "GET", "GET"]);
		expect(idsOf(user)).toHaveLength(2);
	});

	it("is completed by the next call when the connection breaks before the key is here", async () => {
		const { through, user } = await firstDevice();
		const [first] = idsOf(user);
		through(async (request, send) => {
			if (routeOf(request).startsWith(KEY)) throw new TypeError("offline");
			return send();
		});
		await expect(user.keyRotation()).rejects.toMatchObject({ code: "REQUEST_FAILED" });
		expect(newest(user)).toBe(first);
		through(untouched);
		await user.finishKeyRotation();
		expect(idsOf(user)).toHaveLength(2);
		expect(newest(user)).toBe(idsOf(user)[1]);
	});

	it.each([START, KEY])("stores nothing when the user logs out during %s", async (route) => {
		const { storage, through, user } = await firstDevice();
		through(async (request, send) => {
			const response = await send();
			if (routeOf(request).startsWith(route)) await user.logOut();
			return response;
		});
		expect(await rejection(user.keyRotation())).toBeInstanceOf(SessionEnded);
		await expect(user.keyRotation()).rejects.toBeInstanceOf(SessionEnded);
		await expect(user.finishKeyRotation()).rejects.toBeInstanceOf(SessionEnded);
		expect(await storage.keys()).toEqual([]);
	});

	it("reports a refusal of the API", async () => {
		const { through, user } = await firstDevice();
		through(async () => Response.json({ status: false, err_msg: "no", err_code: 203 }));
		await expect(user.keyRotation()).rejects.toMatchObject({ status: "server_203" });
		await expect(user.finishKeyRotation()).rejects.toMatchObject({ status: "server_203" });
	});
});

describe("what one device can't take", () => {
	/** A phone and what waits for it: two rotations, either of the first key or the second of the first. */
	async function waiting(
		order: "at once" | "one after the other",
	): Promise<{ laptop: Device; phone: Device; ids: string[] }> {
		const laptop = await firstDevice();
		const phone = await addDevice(laptop.user);
		const tablet = order === "at once" ? await addDevice(laptop.user) : laptop;
		await rotate(laptop.user);
		await rotate(tablet.user);
		const ids = [newest(laptop.user), newest(tablet.user)];
		return { laptop, phone, ids: order === "at once" ? ids : idsOf(laptop.user).slice(1) };
	}

	const broken = ([first, ...others]: KeyRotationItem[]): unknown => [{ ...first, error: "broken" }, ...others];

	it("does not keep it from the others", async () => {
		const { phone, ids } = await waiting("at once");
		phone.through(changing(OPEN, broken));
		const error = await rejection(phone.user.finishKeyRotation());
		expect(error).toBeInstanceOf(KeyRotationUnfinished);
		expect(error).toMatchObject({
			status: "client_204",
			failures: [{ key_id: ids[0], error: { code: "KEY_ROTATION_FAILED" } }],
		});
		expect(newest(phone.user)).toBe(ids[1]);
		expect(idsOf(phone.user)).not.toContain(ids[0]);
		phone.through(untouched);
		await phone.user.finishKeyRotation();
		expect(idsOf(phone.user)).toContain(ids[0]);
		expect(newest(phone.user)).toBe(ids[1]);
	});

	it("is also what comes after it", async () => {
		const { phone, ids } = await waiting("one after the other");
		phone.through(changing(OPEN, broken));
		const error = await rejection(phone.user.finishKeyRotation());
		expect(error).toMatchObject({
			failures: [
				{ key_id: ids[0], error: { code: "KEY_ROTATION_FAILED" } },
				{ key_id: ids[1], error: { code: "KEY_NOT_FOUND" } },
			],
		});
		expect(idsOf(phone.user)).toHaveLength(1);
	});

	it("is not what comes in another order", async () => {
		const { laptop, phone } = await waiting("one after the other");
		phone.through(changing(OPEN, (items: KeyRotationItem[]) => items.toReversed()));
		await phone.user.finishKeyRotation();
		expect(idsOf(phone.user)).toEqual(idsOf(laptop.user));
		expect(newest(phone.user)).toBe(newest(laptop.user));
	});

	it("is data that can't be decoded, or an empty key id", async () => {
		const { phone } = await waiting("at once");
		phone.through(
			changing(OPEN, ([first, second]: KeyRotationItem[]) => [
				{ ...first, encrypted_group_key_by_ephemeral: "?" },
				{ ...second, previous_group_key_id: "" },
			]),
		);
		const error = await rejection(phone.user.finishKeyRotation());
		expect(error).toMatchObject({
			status: "client_203",
			failures: [{ error: { code: "KEY_ROTATION_INVALID" } }, { error: { code: "INVALID_INPUT" } }],
		});
		expect(idsOf(phone.user)).toHaveLength(1);
	});
});

describe("an API that lies about the new key", () => {
	/** Another generation that fits together: its keys were made with the public key of the device, which the API knows. */
	function foreignKey(user: User, key: GroupKeyServerOutput): GroupKeyServerOutput {
		const crypto = createCrypto();
		const { device, user_keys } = user.user_data;
		const made = crypto.prepareUserKeyRotation({
			publicKey: device.public_key,
			previousKey: user_keys[0]?.group_key ?? "",
		});
		return {
			...key,
			...made,
			encrypted_group_key: made.encrypted_group_key_by_user,
			public_key_sig: made.public_key_sig,
		};
	}

	type Lie = (key: GroupKeyServerOutput, foreign: GroupKeyServerOutput) => GroupKeyServerOutput;
	const lies: [string, Lie][] = [
		["another id", (key) => ({ ...key, group_key_id: "another" })],
		["another id of the pair", (key) => ({ ...key, key_pair_id: "another" })],
		["another id of the sign key", (key) => ({ ...key, keypair_sign_id: "another" })],
		["another signer of the public key", (key) => ({ ...key, public_key_sig_key_id: "another" })],
		["a public key without signature", (key) => ({ ...key, public_key_sig: null })],
		["another public key", (key, { public_group_key }) => ({ ...key, public_group_key })],
		["another verify key", (key, { verify_key }) => ({ ...key, verify_key })],
		["another user key", (key, { encrypted_group_key }) => ({ ...key, encrypted_group_key })],
		[
			"a signed public key of somebody else",
			(key, { public_group_key, public_key_sig, verify_key }) => ({
				...key,
				public_group_key,
				public_key_sig,
				verify_key,
			}),
		],
		["other keys altogether", (_, foreign) => foreign],
	];

	const lieTo = (user: User, lie: Lie): Through =>
		changing(KEY, (key: GroupKeyServerOutput) => lie(key, foreignKey(user, key)));

	describe("does not fool the device that rotated", () => {
		let device: Device;
		beforeAll(async () => {
			device = await firstDevice();
		});

		it.each(lies)("with %s", async (_, lie) => {
			const { identifier, storage, through, user } = device;
			const before = idsOf(user);
			through(lieTo(user, lie));
			await expect(user.keyRotation()).rejects.toMatchObject({ code: "ENVELOPE_MALFORMED" });
			expect(idsOf(user)).toEqual(before);
			expect(newest(user)).toBe(before[0]);
			expect(await storage.getItem(`user_data_id_${identifier}`)).toMatchObject({ newest_key_id: before[0] });
		});
	});

	describe("does not fool the device that finishes", () => {
		let laptop: Device;
		let phone: Device;
		beforeAll(async () => {
			laptop = await firstDevice();
			phone = await addDevice(laptop.user);
		});

		it.each(lies)("with %s", async (_, lie) => {
			const { through, user } = phone;
			const [first = ""] = idsOf(user);
			through(untouched);
			await laptop.user.fetchUserKey(first, true);
			await rotate(laptop.user);
			through(lieTo(user, lie));
			expect(await rejection(user.finishKeyRotation())).toMatchObject({
				failures: [{ key_id: newest(laptop.user), error: { code: "ENVELOPE_MALFORMED" } }],
			});
			expect(idsOf(user)).toEqual([first]);
			expect(newest(user)).toBe(first);
		});
	});

	it("can't leave a key in the place of the right one that it slipped in before", async () => {
		const { through, user } = await firstDevice();
		through(async (request, send) => {
			if (!routeOf(request).startsWith(KEY)) return send();
			through(untouched);
			const id = request.url.split("/").at(-1) ?? "";
			const slippedIn = await user.fetchUserKey(id);
			slippedIn.public_key = "another";
			return send();
		});
		await user.keyRotation();
		expect(idsOf(user)).toHaveLength(2);
		expect(user.getNewestPublicKey()).not.toBe("another");
	});
});
