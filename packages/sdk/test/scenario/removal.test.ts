import { addDevice, newUser, rejection, type ServedApi, startApi } from "@sentc-ts/test-world";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Group, MemoryStorage, SentcClient } from "../../src/index.js";
import { answering, isOn, notFound, tamper } from "../support/between.js";
import { join, keyIds, type Member, newGroup, newMember, readEachOther } from "../support/groups.js";

let api: ServedApi;
beforeAll(async () => {
	api = await startApi();
});
afterAll(() => api.close());

interface Team {
	ada: Member;
	bob: Member;
	eve: Member;
	adas: Group;
	bobs: Group;
	eves: Group;
}

/** Three in a group; the third one is to be removed. */
async function newTeam({
	sign = false,
	at = api,
	rank,
}: {
	sign?: boolean;
	at?: ServedApi;
	rank?: number;
} = {}): Promise<Team> {
	const [ada, bob, eve] = [await newMember(at), await newMember(at), await newMember(at)];
	const adas = await newGroup(ada.user, sign);
	return { ada, bob, eve, adas, bobs: await join(adas, bob.user, rank), eves: await join(adas, eve.user) };
}

async function finish(...groups: Group[]): Promise<void> {
	await api.runJobs();
	for (const group of groups) await group.finishKeyRotation();
}

describe("a member who is removed", () => {
	it("can't read what comes, and those who stay can", async () => {
		const { ada, adas, bobs, eve, eves } = await newTeam();
		ada.requests.length = 0;
		await adas.kickUser(eve.id);
		expect(ada.requests.filter((request) => /^(PUT|DELETE|POST)/.test(request))).toEqual([
			`PUT /group/${adas.data.group_id}/kick/${eve.id}/rotate`,
		]);
		await finish(bobs);
		expect(await readEachOther(adas, bobs)).toBe(true);
		const note = await adas.encryptString("not for eve");
		expect(JSON.stringify(eves.data.keys)).not.toContain(JSON.parse(adas.getSymKeyToEncryptSync()[0]).Aes.key);
		expect(await rejection(eves.decryptString(note))).toMatchObject({ status: "server_310" });
		expect(await rejection(eves.finishKeyRotation())).toMatchObject({ status: "server_310" });
		expect(adas.data.rotation_due).toBe(false);
	});

	it("is only removed where the app does not want rotations", async () => {
		const ada = await newMember(api, { rotate_on_removal: false });
		const eve = await newMember(api);
		const adas = await newGroup(ada.user);
		await join(adas, eve.user);
		ada.requests.length = 0;
		await adas.kickUser(eve.id);
		expect(ada.requests.filter((request) => !request.startsWith("GET"))).toEqual([
			`DELETE /group/${adas.data.group_id}/kick/${eve.id}`,
		]);
		expect(keyIds(adas)).toHaveLength(1);
		await adas.groupUpdateCheck();
		expect(adas.data.rotation_due).toBe(true);
		await adas.rotateDueKeys();
		expect(keyIds(adas)).toHaveLength(2);
		await adas.groupUpdateCheck();
		expect(adas.data.rotation_due).toBe(false);
	});

	it("is only removed by an instance as the page has it, unless the app says otherwise", async () => {
		const sentc = new SentcClient();
		const { base_url, app_token } = api;
		const storage = { getStorage: async () => new MemoryStorage() };
		const between = tamper();
		await sentc.init({ base_url, app_token, storage, worker: false, fetch: between.fetch });
		const adas = await newGroup(await newUser(sentc));
		const { id } = await newMember(api);
		await adas.inviteAuto(id);
		between.requests.length = 0;
		await adas.kickUser(id);
		expect(between.requests).toEqual([`DELETE /group/${adas.data.group_id}/kick/${id}`]);
	});

	it("leaves a key that is signed where the one before was", async () => {
		const { ada, adas, bobs, eve } = await newTeam({ sign: true });
		await adas.kickUser(eve.id);
		expect(adas.data.keys.at(-1)).toMatchObject({ signed_by: { user_id: ada.id } });
		await finish(bobs);
		expect(await readEachOther(adas, bobs)).toBe(true);
	});

	it("reads nothing of the groups below either, which follow from top to bottom", async () => {
		const { adas, bob, eve } = await newTeam();
		const child = await adas.getChildGroup(await adas.createChildGroup());
		const grandchild = await child.getChildGroup(await child.createChildGroup());
		const connected = await adas.getConnectedGroup(await adas.createConnectedGroup());
		const eves = await eve.user.getGroup(grandchild.data.group_id);
		const evesConnected = await eve.user.getGroup(connected.data.group_id, adas.data.group_id);
		await adas.kickUser(eve.id);
		for (const [below, known] of [
			[await adas.getChildGroup(child.data.group_id), undefined],
			[await child.getChildGroup(grandchild.data.group_id), eves],
			[await adas.getConnectedGroup(connected.data.group_id), evesConnected],
		] as const) {
			expect(keyIds(below)).toHaveLength(2);
			const note = await below.encryptString("not for eve");
			if (known) await expect(known.decryptString(note)).rejects.toMatchObject({ status: "server_310" });
		}
		await api.runJobs();
		const bobs = await bob.user.getGroup(adas.data.group_id);
		await bobs.finishKeyRotation();
		for (const id of [child.data.group_id, grandchild.data.group_id]) {
			await (await bob.user.getGroup(id)).finishKeyRotation();
		}
		const again = await adas.getChildGroup(grandchild.data.group_id);
		expect(await readEachOther(again, await bob.user.getGroup(grandchild.data.group_id))).toBe(true);
	});

	it("makes work where keys are due, and nowhere else below", async () => {
		const { ada, adas, bob, eve } = await newTeam();
		const due = await adas.createChildGroup();
		const child = await adas.getChildGroup(await adas.createChildGroup());
		// Whoever stays a member of it keeps its keys.
		await child.inviteAuto(eve.id);
		const others = [child.data.group_id, await child.createChildGroup(), await child.createConnectedGroup()];
		const bobs = await newGroup(bob.user);
		const shared = await bobs.getConnectedGroup(await bobs.createConnectedGroup());
		await shared.inviteGroupAuto(adas.data.group_id);
		others.push(shared.data.group_id, await shared.createChildGroup());
		ada.requests.length = 0;
		await adas.kickUser(eve.id);
		expect(ada.requests.filter((request) => others.some((id) => request.includes(id)))).toEqual([]);
		expect(ada.requests.filter((request) => request.endsWith("/key_rotation"))).toContain(
			`POST /group/${due}/key_rotation`,
		);
		// What others have put the group into is theirs to rotate.
		await shared.groupUpdateCheck();
		expect(shared.data.rotation_due).toBe(true);
		await shared.rotateDueKeys();
		expect(keyIds(shared)).toHaveLength(2);
		expect(keyIds(await shared.getChildGroup(others.at(-1) ?? ""))).toHaveLength(2);
	});

	it("reads nothing of a group that is reached on several ways, whichever comes first", async () => {
		const { adas, eve } = await newTeam();
		const first = await adas.getChildGroup(await adas.createChildGroup());
		const second = await adas.getChildGroup(await adas.createChildGroup());
		const shared = await first.getConnectedGroup(await first.createConnectedGroup());
		await shared.inviteGroupAuto(second.data.group_id);
		const below = await shared.getChildGroup(await shared.createChildGroup());
		await adas.kickUser(eve.id);
		for (const { data } of [first, second]) expect(keyIds(await adas.getChildGroup(data.group_id))).toHaveLength(2);
		for (const group of [shared, below]) {
			await group.groupUpdateCheck();
			expect(group.data).toMatchObject({ key_update: true, rotation_due: false });
		}
	});

	it("is out, and the keys are rotated, by a device that does not have the newest key yet", async () => {
		const { ada, adas, bobs, eve, eves } = await newTeam();
		const laptop = await addDevice(api, ada.user, { worker: false });
		const onLaptop = await laptop.user.getGroup(adas.data.group_id);
		await bobs.keyRotation();
		await finish(adas);
		await onLaptop.kickUser(eve.id);
		expect(await rejection(eves.groupUpdateCheck())).toMatchObject({ status: "server_310" });
		expect(onLaptop.data).toMatchObject({ rotation_due: false });
		await finish(bobs, adas);
		expect(await readEachOther(bobs, onLaptop)).toBe(true);
		expect(await readEachOther(adas, onLaptop)).toBe(true);
		expect(JSON.stringify(eves.data.keys)).not.toContain(onLaptop.data.newest_key_id);
	});

	it("leaves the keys below to be rotated as long as a device does not have the newest key above", async () => {
		const { ada, adas, eve } = await newTeam();
		const childId = await adas.createChildGroup();
		const laptop = await addDevice(api, ada.user, { worker: false });
		const onLaptop = await laptop.user.getGroup(adas.data.group_id);
		const child = await onLaptop.getChildGroup(childId);
		ada.through(answering(`POST /group/${childId}/key_rotation`, notFound));
		expect(await rejection(adas.kickUser(eve.id))).toMatchObject({ failures: [{ group_id: childId }] });
		expect(await rejection(onLaptop.rotateDueKeys())).toMatchObject({
			code: "ROTATION_PENDING",
			failures: [{ group_id: childId, error: { code: "KEY_NOT_FOUND" } }],
		});
		await onLaptop.groupUpdateCheck();
		await onLaptop.finishKeyRotation();
		await onLaptop.rotateDueKeys();
		await child.groupUpdateCheck();
		expect(child.data.rotation_due).toBe(false);
	});

	it("can be a group", async () => {
		const { adas } = await newTeam();
		const connected = await adas.getConnectedGroup(await adas.createConnectedGroup());
		const mallory = await newMember(api);
		const own = await newGroup(mallory.user);
		await connected.inviteGroupAuto(own.data.group_id);
		const seen = await own.getConnectedGroup(connected.data.group_id);
		await connected.kickUser(own.data.group_id);
		const note = await connected.encryptString("not for that group");
		await expect(seen.decryptString(note)).rejects.toMatchObject({ status: "server_310" });
	});

	it("is out although the keys could not be rotated, which any member who may goes on with", async () => {
		const strict = await startApi({ app: { ...LAX_OPTIONS, min_rank_key_rotation: 1 } });
		const { adas, bobs, eve, eves } = await newTeam({ at: strict, rank: 2 });
		expect(await rejection(bobs.kickUser(eve.id))).toMatchObject({
			code: "ROTATION_PENDING",
			status: "server_301",
			failures: [{ group_id: adas.data.group_id, error: { status: "server_301" } }],
		});
		expect(await rejection(eves.groupUpdateCheck())).toMatchObject({ status: "server_310" });
		await bobs.rotateDueKeys();
		expect(keyIds(bobs)).toHaveLength(1);
		await adas.rotateDueKeys();
		expect(keyIds(adas)).toHaveLength(2);
		await strict.runJobs();
		await bobs.finishKeyRotation();
		expect(await readEachOther(adas, bobs)).toBe(true);
		await strict.close();
	});

	it("stays when the removal itself is refused, and nothing is rotated", async () => {
		const { ada, adas, bob, bobs } = await newTeam();
		await adas.updateRank(bob.id, 2);
		await bobs.groupUpdateCheck();
		expect(await rejection(bobs.kickUser(ada.id))).toMatchObject({ name: "ApiError", status: "server_315" });
		expect(keyIds(bobs)).toHaveLength(1);
		await adas.groupUpdateCheck();
		expect(adas.data.rotation_due).toBe(false);
	});
});

describe("at an API that can't remove and rotate in one step, as the reference's", () => {
	it("the member is removed first, then the keys are rotated", async () => {
		const { ada, adas, bobs, eve } = await newTeam();
		ada.through(answering(/^PUT \/group\/[\w-]+\/kick\//, notFound));
		ada.requests.length = 0;
		await adas.kickUser(eve.id);
		const { group_id } = adas.data;
		expect(ada.requests.filter((request) => !request.startsWith("GET")).slice(1)).toEqual([
			`DELETE /group/${group_id}/kick/${eve.id}`,
			`POST /group/${group_id}/key_rotation`,
		]);
		ada.beHonest();
		await finish(bobs);
		expect(await readEachOther(adas, bobs)).toBe(true);
	});

	it("nothing is ever due", async () => {
		const { ada, adas } = await newTeam();
		await adas.createChildGroup();
		ada.through(answering(/^GET .*\/rotation_due\//, notFound));
		await adas.rotateDueKeys();
		expect(keyIds(adas)).toHaveLength(1);
	});

	it("a rotation that fails does not undo the removal", async () => {
		const { ada, adas, eve, eves } = await newTeam();
		ada.through(async (request, send) =>
			isOn(/^PUT \/group\/[\w-]+\/kick\//, request) || isOn(/^POST .*key_rotation$/, request) ? notFound() : send(),
		);
		expect(await rejection(adas.kickUser(eve.id))).toMatchObject({ code: "ROTATION_PENDING" });
		expect(await rejection(eves.groupUpdateCheck())).toMatchObject({ status: "server_310" });
		ada.beHonest();
		await adas.keyRotation();
		expect(keyIds(adas)).toHaveLength(2);
	});
});

describe("who leaves", () => {
	it("leaves the keys to be rotated by those who stay", async () => {
		const { adas, bobs, eves } = await newTeam();
		await eves.leave();
		await adas.groupUpdateCheck();
		expect(adas.data.rotation_due).toBe(true);
		await adas.rotateDueKeys();
		await finish(bobs);
		expect(await readEachOther(adas, bobs)).toBe(true);
		expect(keyIds(adas)).toHaveLength(2);
	});
});
