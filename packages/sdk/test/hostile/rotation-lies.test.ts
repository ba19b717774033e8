import { createCrypto } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
import { rejection, rotateKeys, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { User } from "../../src/index.js";
import { changing, isOn, type Through, untouched } from "../support/between.js";
import { type Device, firstDevice, idsOf, KEY, newest, nextDevice } from "../support/rotating.js";

const api = await startApi();
afterAll(() => api.close());

describe("an API that lies about the new key", () => {
	/** Another generation that fits together: its keys were made with the public key of the device, which the API knows. */
	function foreignKey(user: User, key: GroupKeyServerOutput): GroupKeyServerOutput {
		const crypto = createCrypto();
		const { device, user_keys } = user.user_data;
		const made = crypto.prepareKeyRotation({
			signPair: true,
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
			device = await firstDevice(api);
		});

		it.each(lies)("with %s", async (_, lie) => {
			const { name, storage, through, user } = device;
			const before = idsOf(user);
			through(lieTo(user, lie));
			await expect(user.keyRotation()).rejects.toMatchObject({ code: "ANSWER_FORGED" });
			expect(idsOf(user)).toEqual(before);
			expect(newest(user)).toBe(before[0]);
			expect(await storage.getItem(`user_data_id_${name}`)).toMatchObject({ newest_key_id: before[0] });
		});
	});

	describe("does not fool the device that finishes", () => {
		let laptop: Device;
		let phone: Device;
		beforeAll(async () => {
			laptop = await firstDevice(api);
			phone = await nextDevice(api, laptop.user);
		});

		it.each(lies)("with %s", async (_, lie) => {
			const { through, user } = phone;
			const [first = ""] = idsOf(user);
			through(untouched);
			await laptop.user.fetchUserKey(first, true);
			await rotateKeys(api, laptop.user);
			through(lieTo(user, lie));
			expect(await rejection(user.finishKeyRotation())).toMatchObject({
				failures: [{ key_id: newest(laptop.user), error: { code: "ANSWER_FORGED" } }],
			});
			expect(idsOf(user)).toEqual([first]);
			expect(newest(user)).toBe(first);
		});
	});

	it("can't leave a key in the place of the right one that it slipped in before", async () => {
		const { through, user } = await firstDevice(api);
		const another = user.getNewestPublicKey();
		through(async (request, send) => {
			if (!isOn(KEY, request)) return send();
			through(untouched);
			const id = request.url.split("/").at(-1) ?? "";
			const slippedIn = await user.fetchUserKey(id);
			slippedIn.public_key = another;
			return send();
		});
		await user.keyRotation();
		expect(idsOf(user)).toHaveLength(2);
		expect(user.getNewestPublicKey()).not.toBe(another);
	});
});
