import { addDevice, type ClientOptions, rejection, startApi, startSentc } from "@sentc-ts/test-world";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { afterAll, describe, expect, it } from "vitest";
import type { Group } from "../../src/index.js";
import { answering } from "../support/between.js";
import { join, keyIds, type Member, newGroup, newMember, readEachOther } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

/** Two who are in a group: the first one is its creator. */
async function newPair(
	sign = false,
	options: ClientOptions = {},
): Promise<{ ada: Member; bob: Member; adas: Group; bobs: Group }> {
	const [ada, bob] = [await newMember(api, options), await newMember(api, options)];
	const adas = await newGroup(ada.user, sign);
	return { ada, bob, adas, bobs: await join(adas, bob.user) };
}

/** A rotation, with the API's part of it. */
async function rotate(group: Group, sign = false): Promise<string> {
	const key = await group.keyRotation(sign);
	await api.runJobs();
	return key.group_key_id;
}

describe("a key rotation of a group", () => {
	it("is finished by the other members, and the old key stays to decrypt", async () => {
		const { adas, bob, bobs } = await newPair();
		const before = await adas.encryptString("before");
		const key = await adas.keyRotation();
		await api.runJobs();
		expect(key).toEqual(adas.data.keys.at(-1));
		expect(adas.data.newest_key_id).toBe(key.group_key_id);
		expect(key).not.toHaveProperty("unproven");

		await bobs.groupUpdateCheck();
		expect(bobs.data.key_update).toBe(true);
		await bobs.finishKeyRotation();
		expect(bobs.data).toMatchObject({ key_update: false, newest_key_id: key.group_key_id });
		expect(keyIds(bobs)).toEqual(keyIds(adas));
		expect(await readEachOther(adas, bobs)).toBe(true);
		for (const group of [adas, bobs]) expect(await group.decryptString(before)).toBe("before");
		expect((await bob.user.getGroup(adas.data.group_id)).data.newest_key_id).toBe(key.group_key_id);
	});

	it("is done by any member, and several are finished at once, the newest last", async () => {
		const { adas, bobs } = await newPair();
		await rotate(bobs);
		await adas.finishKeyRotation();
		for (let rotations = 0; rotations < 3; rotations++) await rotate(adas);
		await bobs.finishKeyRotation();
		expect(keyIds(bobs)).toEqual(keyIds(adas));
		expect(keyIds(bobs)).toHaveLength(5);
		expect(bobs.data.newest_key_id).toBe(adas.data.newest_key_id);
	});

	it("of two at once leaves both with the same newest key: the one that was made last", async () => {
		const { adas, bobs } = await newPair();
		await Promise.all([adas.keyRotation(), bobs.keyRotation()]);
		await api.runJobs();
		await Promise.all([adas.finishKeyRotation(), bobs.finishKeyRotation()]);
		expect(adas.data.newest_key_id).toBe(bobs.data.newest_key_id);
		expect(keyIds(adas)).toEqual(keyIds(bobs));
		expect(await readEachOther(adas, bobs)).toBe(true);
	});

	it("is not undone by another object of the group, which takes it over", async () => {
		const { ada, adas } = await newPair();
		const { group_id } = adas.data;
		const other = await ada.user.getGroup(group_id);
		const { group_key_id } = await adas.keyRotation();
		expect(await other.decryptString(await adas.encryptString("by the new key"))).toBe("by the new key");
		expect(other.data.newest_key_id).toBe(group_key_id);
		expect(other.data.keys.every((key) => !key.unproven)).toBe(true);
		const { sentc } = await startSentc(api, { storage: ada.storage });
		const again = await (await sentc.getActualUser()).getGroup(group_id);
		expect(again.data).toMatchObject({ newest_key_id: group_key_id, keys: adas.data.keys });
	});

	it("is shared by calls at the same time", async () => {
		const { adas } = await newPair();
		const [first, second] = await Promise.all([adas.keyRotation(), adas.keyRotation()]);
		expect(first).toEqual(second);
		expect(adas.data.keys).toHaveLength(2);
	});

	it("gives a member who comes after it every key, and one who comes meanwhile, too", async () => {
		const { adas } = await newPair();
		const before = await adas.encryptString("before");
		await adas.keyRotation();
		const meanwhile = await newMember(api);
		const early = await join(adas, meanwhile.user);
		await api.runJobs();
		await early.finishKeyRotation();
		const late = await join(adas, (await newMember(api)).user);
		for (const group of [early, late]) {
			expect(keyIds(group)).toEqual(keyIds(adas));
			expect(await group.decryptString(before)).toBe("before");
			expect(await readEachOther(adas, group)).toBe(true);
		}
	});

	it("is taken by who invites before the keys are handed on", async () => {
		const { adas, bobs, bob } = await newPair();
		await adas.updateRank(bob.id, 2);
		await bobs.groupUpdateCheck();
		await rotate(adas);
		const late = await join(bobs, (await newMember(api)).user);
		expect(keyIds(late)).toEqual(keyIds(adas));
		expect(await readEachOther(adas, late)).toBe(true);
	});

	it("of a child is made for the parent and signed by the user", async () => {
		const { ada, adas } = await newPair(true);
		const child = await adas.getChildGroup(await adas.createChildGroup(true));
		expect(JSON.parse(await child.prepareKeyRotation(true))).toMatchObject({
			invoker_public_key_id: adas.data.newest_key_id,
			previous_group_key_id: child.data.newest_key_id,
			signed_by_user_id: ada.id,
		});
		expect(JSON.parse(await child.prepareKeyRotation())).not.toHaveProperty("verify_key");
		expect(await child.keyRotation(true)).toMatchObject({ signed_by: { user_id: ada.id } });
	});

	it("reaches the members of a child through the parent, and the parent through direct members", async () => {
		const { adas, bob, bobs } = await newPair();
		const child = await adas.getChildGroup(await adas.createChildGroup());
		const direct = await join(child, (await newMember(api)).user);
		const below = await bob.user.getGroup(child.data.group_id);
		await rotate(child);
		for (const group of [direct, below]) {
			await group.finishKeyRotation();
			expect(keyIds(group)).toEqual(keyIds(child));
			expect(await readEachOther(child, group)).toBe(true);
		}
		await rotate(direct);
		await below.finishKeyRotation();
		expect(await readEachOther(direct, below)).toBe(true);
		// The keys of the parent changed, too: the child is opened by the new pair.
		await rotate(bobs);
		await adas.finishKeyRotation();
		await rotate(below);
		await child.finishKeyRotation();
		await direct.finishKeyRotation();
		expect(below.data.newest_key_id).toBe(child.data.newest_key_id);
		expect(await readEachOther(child, direct)).toBe(true);
	});

	it("that one device of a user finished is found and taken by the others", async () => {
		const { adas, bob, bobs } = await newPair();
		const laptop = await addDevice(api, bob.user, { worker: false });
		const onLaptop = await laptop.user.getGroup(adas.data.group_id);
		const id = await rotate(adas);
		await bobs.finishKeyRotation();
		const text = await bobs.encryptString("by the new key");
		expect(await onLaptop.decryptString(text)).toBe("by the new key");
		expect(onLaptop.data.newest_key_id).not.toBe(id);
		await onLaptop.groupUpdateCheck();
		expect(onLaptop.data.key_update).toBe(true);
		await onLaptop.finishKeyRotation();
		expect(onLaptop.data).toMatchObject({ newest_key_id: id, key_update: false });
		expect(onLaptop.data.keys.every((key) => !key.unproven)).toBe(true);
		expect(await readEachOther(adas, onLaptop)).toBe(true);
	});

	it("reaches every group that is a member of a connected one", async () => {
		const { adas } = await newPair();
		const connected = await adas.getConnectedGroup(await adas.createConnectedGroup());
		const { user } = await newMember(api);
		const own = await newGroup(user);
		await connected.inviteGroupAuto(own.data.group_id);
		const seen = await own.getConnectedGroup(connected.data.group_id);
		await rotate(connected);
		await seen.finishKeyRotation();
		expect(keyIds(seen)).toEqual(keyIds(connected));
		expect(await readEachOther(connected, seen)).toBe(true);
		await rotate(seen);
		await connected.finishKeyRotation();
		expect(await readEachOther(connected, seen)).toBe(true);
	});

	it("is prepared for an own backend, whose answer is taken", async () => {
		const { ada, adas, bobs } = await newPair(true);
		const body = await adas.prepareKeyRotation(true);
		expect(JSON.parse(body)).toMatchObject({
			previous_group_key_id: adas.data.newest_key_id,
			signed_by_user_id: ada.id,
		});
		const headers = {
			"x-sentc-app-token": api.app_token,
			Authorization: `Bearer ${await ada.user.getJwt()}`,
			"Content-Type": "application/json",
		};
		const url = `${api.base_url}/api/v1/group/${adas.data.group_id}/key_rotation`;
		const answer = await (await fetch(url, { method: "POST", headers, body })).text();
		await api.runJobs();
		expect(await rejection(adas.doneKeyRotation(answer, "{}"))).toMatchObject({ field: "prepared_input" });
		const key = await adas.doneKeyRotation(answer, body);
		expect(adas.data.newest_key_id).toBe(key.group_key_id);
		await bobs.finishKeyRotation();
		expect(await readEachOther(adas, bobs)).toBe(true);
	});

	it("that the API has taken is completed by the next call when the connection breaks before the key is here", async () => {
		const { ada, adas } = await newPair();
		ada.through(answering(/^GET \/group\/[\w-]+\/key\//, () => Promise.reject(new TypeError("broken"))));
		expect(await rejection(adas.keyRotation())).toMatchObject({ status: "client_1000" });
		ada.beHonest();
		await adas.finishKeyRotation();
		expect(adas.data.keys).toHaveLength(2);
		expect(adas.data.newest_key_id).toBe(keyIds(adas)[1]);
	});
});

describe("a signed key rotation", () => {
	it("is checked before it is finished, and takes part in what was asked for", async () => {
		const { ada, adas, bobs } = await newPair(true, { signers: () => true });
		await rotate(adas, true);
		await bobs.finishKeyRotation(2);
		expect(bobs.data.keys.at(-1)).toMatchObject({ signature: "verified", signed_by: { user_id: ada.id } });
		expect(await readEachOther(adas, bobs)).toBe(true);
	});

	it("that nobody signed is not finished where a signature is asked for: nothing is uploaded, and the key stays out", async () => {
		const { adas, bob, bobs } = await newPair(false, { signers: () => true });
		const id = await rotate(adas);
		const text = await adas.encryptString("by the new key");
		bob.requests.length = 0;
		expect(await rejection(bobs.finishKeyRotation(2))).toMatchObject({
			code: "KEY_ROTATION_UNFINISHED",
			failures: [{ key_id: id, error: { code: "SIGNATURE_REQUIRED" } }],
		});
		expect(bob.requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
		expect(bobs.data.key_map.has(id)).toBe(false);
		await bobs.groupUpdateCheck();
		expect(bobs.data.key_update).toBe(true);
		await expect(bobs.decryptString(text)).rejects.toBeInstanceOf(Error);
		expect(bobs.data.newest_key_id).toBe(keyIds(bobs)[0]);
	});

	it("is asked for by all objects of the group, once one of them asked", async () => {
		const { ada, adas } = await newPair(true);
		const { group_id } = adas.data;
		const other = await ada.user.getGroup(group_id);
		await adas.finishKeyRotation(2);
		await other.finishKeyRotation();
		expect(other.data.verify_new).toBe(2);
		expect((await ada.user.getGroup(group_id)).data.verify_new).toBe(2);
	});

	it("is not taken from somebody whose signature does not count", async () => {
		const { adas, bob, bobs } = await newPair(true, { signers: ({ known }) => known });
		const carol = await newMember(api);
		const carols = await join(adas, carol.user);
		const id = await rotate(carols, true);
		expect(await rejection(bobs.finishKeyRotation(1))).toMatchObject({
			failures: [{ key_id: id, error: { code: "SIGNER_UNKNOWN" } }],
		});
		await bob.user.getPublicKey(carol.id);
		await bobs.finishKeyRotation(1);
		expect(await readEachOther(carols, bobs)).toBe(true);
	});
});

describe("who may rotate", () => {
	it("is limited by the options of the app: by rank, and in a month", async () => {
		const limited = await startApi({ app: { ...LAX_OPTIONS, max_key_rotation_month: 1, min_rank_key_rotation: 1 } });
		const adas = await newGroup((await newMember(limited)).user);
		const bobs = await join(adas, (await newMember(limited)).user, 2);
		expect(await rejection(bobs.keyRotation())).toMatchObject({ status: "server_301" });
		await adas.keyRotation();
		expect(await rejection(adas.keyRotation())).toMatchObject({ status: "server_321" });
		expect(keyIds(adas)).toHaveLength(2);
		await limited.close();
	});

	it("is said by the API, not by this device", async () => {
		const { bobs } = await newPair();
		expect(bobs.data.rank).toBe(4);
		expect((await bobs.keyRotation()).group_key_id).toBe(bobs.data.newest_key_id);
	});
});
