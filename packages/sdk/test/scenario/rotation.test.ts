import { rejection, rotateKeys, signUp, startApi, startSentc, tier } from "@sentc-ts/test-world";
import { afterAll, describe, expect, it } from "vitest";
import { SessionEnded, type User } from "../../src/index.js";
import { isOn, untouched } from "../support/between.js";
import { firstDevice, idsOf, KEY, newest, nextDevice, START } from "../support/rotating.js";

const api = await startApi();
afterAll(() => api.close());

// Many rotations, which take their time.
if (tier !== "quick")
	describe("a device that was away for long", () => {
		it("finishes all rotations at once, although the API answers the oldest 50 of them", async () => {
			const laptop = await firstDevice(api);
			const phone = await nextDevice(api, laptop.user);
			for (let count = 0; count < 52; count++) await laptop.user.keyRotation();
			await api.runJobs();
			await phone.user.finishKeyRotation();
			expect(newest(phone.user)).toBe(newest(laptop.user));
			expect(new Set(idsOf(phone.user)).size).toBe(53);
		});
	});

describe("three devices", () => {
	it("open everything from before, between and after two rotations, one of them offline meanwhile", async () => {
		const laptop = await firstDevice(api);
		const phone = await nextDevice(api, laptop.user);
		const tablet = await nextDevice(api, laptop.user);
		const userId = laptop.user.user_data.user_id;
		const content: string[] = [];
		const groups: { id: string; text: string }[] = [];
		const write = async (author: User): Promise<void> => {
			// Somebody new, who has not fetched the public key before.
			const { user: friend } = await signUp(api);
			content.push(await friend.encryptString(`letter ${content.length}`, userId));
			const id = await author.createGroup();
			groups.push({ id, text: await (await author.getGroup(id)).encryptString(`note ${groups.length}`, true) });
		};

		await write(laptop.user);
		await rotateKeys(api, laptop.user);
		await write(laptop.user);
		await phone.user.finishKeyRotation();
		await rotateKeys(api, phone.user);
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
		const { user: friend } = await signUp(api);
		const signed = await tablet.user.encryptString("signed", friend.user_data.user_id, true);
		expect(await friend.decryptString(signed, true, userId)).toBe("signed");
	});

	it("know the own newest public key without asking", async () => {
		const laptop = await firstDevice(api);
		const phone = await nextDevice(api, laptop.user);
		await rotateKeys(api, laptop.user);
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
		const laptop = await firstDevice(api);
		const phone = await nextDevice(api, laptop.user);
		await rotateKeys(api, laptop.user);
		await rotateKeys(api, phone.user);
		const last = newest(phone.user);
		await phone.user.finishKeyRotation();
		expect(newest(phone.user)).toBe(last);
		await laptop.user.finishKeyRotation();
		expect(newest(laptop.user)).toBe(last);
		expect(idsOf(laptop.user).toSorted()).toEqual(idsOf(phone.user).toSorted());
	});

	it("of which one was offline can add a fourth, which gets everything", async () => {
		const laptop = await firstDevice(api);
		const phone = await nextDevice(api, laptop.user);
		await rotateKeys(api, laptop.user);
		await rotateKeys(api, laptop.user);
		const fourth = await nextDevice(api, phone.user);
		expect(idsOf(fourth.user).toSorted()).toEqual(idsOf(laptop.user).toSorted());
		expect(newest(fourth.user)).toBe(newest(laptop.user));
	});

	it("keep the new key: it is there after a restart and after a login", async () => {
		const { sentc, storage, user, name } = await firstDevice(api);
		await rotateKeys(api, user);
		const resumed = await startSentc(api, { storage });
		const again = await resumed.sentc.getActualUser();
		expect(newest(again)).toBe(newest(user));
		expect(idsOf(again)).toEqual(idsOf(user));
		expect(await sentc.getUser(name)).toBe(user);
	});
});

describe("a rotation", () => {
	it("is shared by calls at the same time", async () => {
		const { user } = await firstDevice(api);
		const before = api.requests.length;
		await Promise.all([user.keyRotation(), user.keyRotation(), user.finishKeyRotation(), user.finishKeyRotation()]);
		const sent = api.requests.slice(before).map((request) => request.split(" ")[0]);
		expect(sent).toEqual(["POST", "GET", "GET"]);
		expect(idsOf(user)).toHaveLength(2);
	});

	it("is completed by the next call when the connection breaks before the key is here", async () => {
		const { through, user } = await firstDevice(api);
		const [first] = idsOf(user);
		through(async (request, send) => {
			if (isOn(KEY, request)) throw new TypeError("offline");
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
		const { storage, through, user } = await firstDevice(api);
		through(async (request, send) => {
			const response = await send();
			if (isOn(route, request)) await user.logOut();
			return response;
		});
		expect(await rejection(user.keyRotation())).toBeInstanceOf(SessionEnded);
		await expect(user.keyRotation()).rejects.toBeInstanceOf(SessionEnded);
		await expect(user.finishKeyRotation()).rejects.toBeInstanceOf(SessionEnded);
		expect(await storage.keys()).toEqual([]);
	});

	it("reports a refusal of the API", async () => {
		const { through, user } = await firstDevice(api);
		through(async () => Response.json({ status: false, err_msg: "no", err_code: 203 }));
		await expect(user.keyRotation()).rejects.toMatchObject({ status: "server_203" });
		await expect(user.finishKeyRotation()).rejects.toMatchObject({ status: "server_203" });
	});
});
