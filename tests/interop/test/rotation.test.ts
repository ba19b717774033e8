import type { User } from "@sentc-ts/sdk";
import { PASSWORD } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newest, type ReferenceDevice, referenceLogin } from "./reference-device.js";
import { createWorld, statusOfFailure } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());

/** The server prepares a rotation for the other devices after it has answered the one that started it. */
const untilPending = (device: ReferenceDevice, count: number) =>
	vi.waitFor(async () => expect(await device.pendingRotations()).toHaveLength(count), { timeout: 20_000 });

/** Until the key has reached the device of our SDK. */
const finishUntil = (user: User, keyId: string) =>
	vi.waitFor(
		async () => {
			await user.finishKeyRotation();
			expect(user.user_data.newest_key_id).toBe(keyId);
		},
		{ timeout: 20_000 },
	);

const encryptFor = ({ keys }: ReferenceDevice, text: string) =>
	world.reference.encrypt_string_asymmetric(newest(keys).exported_public_key, text);

describe("the reference client rotates the user key", () => {
	it("and has the new key at once, the old one still opens", async () => {
		const user = await world.signUpReference();
		const before = encryptFor(user, "before");
		const oldId = newest(user.keys).group_key_id;
		const id = await user.rotateKey();
		expect(id).not.toBe(oldId);
		expect(await user.decrypt(before)).toBe("before");
		expect(await user.decrypt(encryptFor(user, "after"))).toBe("after");
		expect(await user.pendingRotations()).toEqual([]);

		const again = await referenceLogin(world, user.identifier, user.password);
		expect(again.keys.map(({ group_key_id }) => group_key_id)).toEqual([id, oldId]);
		expect(again.keys.map(({ group_key }) => group_key)).toEqual(user.keys.map(({ group_key }) => group_key));
	});

	it("and finishes on its other devices, one of them away during two rotations", async () => {
		const first = await world.signUpReference();
		const second = await world.addReference(first);
		const away = await world.addReference(first);
		const zero = encryptFor(first, "zero");

		await first.rotateKey();
		await untilPending(second, 1);
		await second.finishRotations();
		expect(newest(second.keys).group_key).toBe(newest(first.keys).group_key);
		const one = encryptFor(second, "one");

		await second.rotateKey();
		await untilPending(first, 1);
		await first.finishRotations();
		const two = encryptFor(first, "two");

		await untilPending(away, 2);
		await away.finishRotations();
		expect(await away.pendingRotations()).toEqual([]);
		const keysOf = (device: ReferenceDevice) => device.keys.map(({ group_key }) => group_key);
		expect(keysOf(away)).toEqual(keysOf(first));
		expect(keysOf(away)).toEqual(keysOf(second));
		for (const device of [first, second, away]) {
			expect(await device.decrypt(zero)).toBe("zero");
			expect(await device.decrypt(one)).toBe("one");
			expect(await device.decrypt(two)).toBe("two");
		}
	});

	it("and a device that has not finished does not get the key", async () => {
		const first = await world.signUpReference();
		const second = await world.addReference(first);
		const id = await first.rotateKey();
		await untilPending(second, 1);
		expect(await statusOfFailure(second.fetchKey(id))).toBe("server_304");
		const again = await referenceLogin(world, second.identifier, PASSWORD);
		expect(again.keys).toHaveLength(1);
		await again.finishRotations();
		expect(newest(again.keys).group_key_id).toBe(id);
	});

	it("and a device that is added later has every key", async () => {
		const first = await world.signUpReference();
		await first.rotateKey();
		const added = await world.addReference(first);
		expect(added.keys.map(({ group_key }) => group_key)).toEqual(first.keys.map(({ group_key }) => group_key));
		expect(await added.pendingRotations()).toEqual([]);
	});

	it("not without the id of a key", async () => {
		const user = await world.signUpReference();
		const { group_key } = newest(user.keys);
		const unnamed = JSON.stringify({ Aes: { ...JSON.parse(group_key).Aes, key_id: "not an id" } });
		const { reference, token, url } = world;
		const rotation = reference.user_key_rotation(url, token, user.jwt, user.device.publicKey, unnamed);
		expect(await statusOfFailure(rotation)).toBe("server_1");
	});
});

describe("a user with one device on the reference client and two on our SDK", () => {
	let theirs: ReferenceDevice;
	let ours: User;
	let away: User;
	let messages: { text: string; ciphertext: string }[];
	beforeAll(async () => {
		theirs = await world.signUpReference();
		ours = await world.addDevice(theirs);
		away = await world.addDevice(theirs);
		messages = [];
	});

	/** Somebody else writes to the user, with the public key that the API answers now. */
	async function receive(text: string): Promise<void> {
		const { user } = await world.signUp();
		messages.push({ text, ciphertext: await user.encryptString(text, theirs.id, true) });
	}

	it("gets the new key everywhere, whichever client started", async () => {
		await receive("zero");
		const one = await theirs.rotateKey();
		await finishUntil(ours, one);
		await receive("one");

		await ours.keyRotation();
		await untilPending(theirs, 1);
		await theirs.finishRotations();
		await receive("two");
		expect(newest(theirs.keys).group_key_id).toBe(ours.user_data.newest_key_id);
		expect(newest(theirs.keys).group_key).toBe(await ours.getUserSymKey(ours.user_data.newest_key_id));
	});

	it("gets both on the device that was away", async () => {
		await finishUntil(away, ours.user_data.newest_key_id);
		const sorted = (keys: readonly { group_key: string }[]) => keys.map(({ group_key }) => group_key).toSorted();
		expect(sorted(away.user_data.user_keys)).toEqual(sorted(theirs.keys));
		expect(sorted(ours.user_data.user_keys)).toEqual(sorted(theirs.keys));
	});

	it("reads on every device what came before, between and after", async () => {
		expect(messages.map(({ text }) => text)).toEqual(["zero", "one", "two"]);
		for (const { text, ciphertext } of messages) {
			expect(await theirs.decrypt(ciphertext)).toBe(text);
			expect(await ours.decryptString(ciphertext)).toBe(text);
			expect(await away.decryptString(ciphertext)).toBe(text);
		}
	});

	it("reads it after a new login, too", async () => {
		const again = await referenceLogin(world, theirs.identifier, theirs.password);
		const onOurs = await world.login(theirs);
		for (const { text, ciphertext } of messages) {
			expect(await again.decrypt(ciphertext)).toBe(text);
			expect(await onOurs.decryptString(ciphertext)).toBe(text);
		}
	});
});
