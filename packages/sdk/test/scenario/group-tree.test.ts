import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
import { rejection, startApi, startSentc } from "@sentc-ts/test-world";
import type { GroupServerData } from "@sentc-ts/transport/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAccess } from "../../src/group/access.js";
import type { Group, User } from "../../src/index.js";
import { idOf, join, type Member, newGroup, newMember, readEachOther } from "../support/groups.js";
import accessBy from "../vectors/access_by.json" with { type: "json" };

const api = await startApi();
afterAll(() => api.close());

const pathOf = (id: string): string => `GET /api/v1/group/${id}`;

describe("a group below another one", () => {
	let ada: Member;
	let parent: Group;
	let child: Group;
	let grandchild: Group;
	beforeAll(async () => {
		ada = await newMember(api);
		parent = await newGroup(ada.user);
		child = await parent.getChildGroup(await parent.createChildGroup());
		grandchild = await child.getChildGroup(await child.createChildGroup());
	});

	it("is reached through the parent, with its rank", async () => {
		const { group_id } = parent.data;
		expect(child.data).toMatchObject({
			...{ from_parent: true, parent_group_id: group_id, access_by_parent_group: group_id, rank: 0 },
			is_connected_group: false,
		});
		expect(child.data).not.toHaveProperty("access_by_group_as_member");
		expect(grandchild.data).toMatchObject({ parent_group_id: child.data.group_id, access_by_parent_group: group_id });
		expect(await parent.getChildren()).toEqual([
			{ group_id: child.data.group_id, time: expect.any(Number), parent: group_id },
		]);
		expect(await parent.getChildren((await parent.getChildren()).at(-1))).toEqual([]);
		expect(await ada.user.getGroups()).toHaveLength(1);
	});

	it("opens for every member of the parent, who climbs to where the membership is", async () => {
		const { user } = await newMember(api);
		await join(parent, user, 2);
		const { user: again } = await newMember(api);
		await parent.inviteAuto(idOf(again));
		const requests = await api.requestsOf(async () => {
			const seen = await again.getGroup(grandchild.data.group_id);
			expect(seen.data.rank).toBe(4);
			expect(await readEachOther(grandchild, seen)).toBe(true);
		});
		expect(requests).toEqual([grandchild, child, parent].map(({ data }) => pathOf(data.group_id)));
		const seen = await user.getGroup(grandchild.data.group_id);
		expect(seen.data.rank).toBe(2);
		expect(await readEachOther(grandchild, seen)).toBe(true);
	});

	it("comes from the storage, with all above it, on the next page", async () => {
		const text = await grandchild.encryptString("before the reload");
		const { sentc } = await startSentc(api, { storage: ada.storage });
		const user = await sentc.getActualUser();
		const requests = await api.requestsOf(async () => {
			expect(await (await user.getGroup(grandchild.data.group_id)).decryptString(text)).toBe("before the reload");
		});
		expect(requests).toEqual([]);
		const names = await ada.storage.keys();
		for (const { data } of [parent, child, grandchild]) {
			expect(names).toContain(`group_data_user_${ada.id}_id_${data.group_id}`);
			expect(names).toContain(`group_public_key_id_${data.group_id}`);
		}
	});

	it("fetches and opens its keys through the parent, with the JWT that it is given", async () => {
		const jwt = await ada.user.getJwt();
		const headers = { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${jwt}` };
		const answer = await fetch(`${api.base_url}/api/v1/group/${child.data.group_id}`, { headers });
		const [record]: GroupKeyServerOutput[] = (await answer.json()).result.keys;
		if (!record) throw new Error("The group has no key");
		expect(record.user_public_key_id).toBe(parent.data.newest_key_id);
		const list = [{ private_key_id: record.user_public_key_id, key_data: JSON.stringify(record) }];
		expect(await child.decryptKey(list)).toEqual([child.data.keys[0]]);
		await ada.storage.delete(`group_data_user_${ada.id}_id_${child.data.group_id}`);
		const [key] = child.data.keys.splice(0);
		child.data.key_map.clear();
		expect((await child.fetchKeys(jwt)).keys).toMatchObject([{ ...key }]);
	});

	it("can have members of its own, who see nothing above it", async () => {
		const { user } = await newMember(api);
		const seen = await join(child, user, 3);
		expect(seen.data).toMatchObject({ from_parent: false, rank: 3 });
		expect(await readEachOther(child, seen)).toBe(true);
		expect(await readEachOther(grandchild, await user.getGroup(grandchild.data.group_id))).toBe(true);
		expect(await rejection(user.getGroup(parent.data.group_id))).toMatchObject({ status: "server_310" });
	});

	it("is opened by the own key of who is a member of both, also from the parent", async () => {
		const fresh = await newMember(api);
		await parent.inviteAuto(fresh.id);
		await child.inviteAuto(fresh.id, 2);
		const direct = await (await fresh.user.getGroup(parent.data.group_id)).getChildGroup(child.data.group_id);
		expect(direct.data).toMatchObject({ from_parent: false, rank: 2 });
	});

	it.each([2, 3, 4])("is not created by members of rank %s", async (rank) => {
		const seen = await join(parent, (await newMember(api)).user, rank);
		const sent = await api.requestsOf(async () => {
			expect(await rejection(seen.createChildGroup())).toMatchObject({ code: "NO_PERMISSION" });
			expect(await rejection(seen.createConnectedGroup())).toMatchObject({ code: "NO_PERMISSION" });
			expect(() => seen.prepareCreateChildGroup()).toThrow(expect.objectContaining({ code: "NO_PERMISSION" }));
		});
		expect(sent).toEqual([]);
	});

	it("goes with the group that is deleted above it", async () => {
		const top = await newGroup(ada.user);
		const below = await top.createChildGroup();
		await top.deleteGroup();
		expect(await rejection(ada.user.getGroup(below))).toMatchObject({ status: "server_310" });
	});

	it("is checked as strictly as all above it", async () => {
		const signed = await newGroup(ada.user, true);
		const id = await signed.createChildGroup(true);
		const strict = await newMember(api, { signers: () => true });
		await signed.inviteAuto(strict.id);
		const seen = await strict.user.getGroup(id, undefined, 2);
		expect(seen.data.keys).toMatchObject([{ signature: "verified", signed_by: { user_id: ada.id } }]);
		const plain = await newGroup(ada.user);
		const signedBelow = await plain.createChildGroup(true);
		expect(await rejection(ada.user.getGroup(signedBelow, undefined, 2))).toMatchObject({ code: "SIGNATURE_REQUIRED" });
	});
});

describe("a connected group", () => {
	let ada: User;
	let access: Group;
	let connected: Group;
	beforeAll(async () => {
		ada = (await newMember(api)).user;
		access = await newGroup(ada);
		connected = await access.getConnectedGroup(await access.createConnectedGroup());
	});

	it("is reached through the group that made it, under whose id it is stored", async () => {
		const { group_id } = access.data;
		expect(connected.data).toMatchObject({
			...{ from_parent: false, is_connected_group: true, access_by_group_as_member: group_id, rank: 0 },
		});
		expect(await access.getGroups()).toMatchObject([{ group_id: connected.data.group_id, rank: 0 }]);
		expect(await ada.getGroup(connected.data.group_id, group_id)).toHaveProperty("data.rank", 0);
		expect(await rejection(ada.getGroup(connected.data.group_id))).toMatchObject({ status: "server_310" });
	});

	it("opens for every member of a group that is invited, with the weaker of both ranks", async () => {
		const bob = await newMember(api);
		const carol = await newMember(api);
		const bobs = await newGroup(bob.user);
		await join(bobs, carol.user, 3);
		await connected.inviteGroupAuto(bobs.data.group_id, 2);
		const seen = await bobs.getConnectedGroup(connected.data.group_id);
		expect(seen.data.rank).toBe(2);
		expect(await readEachOther(connected, seen)).toBe(true);
		const carols = await carol.user.getGroup(connected.data.group_id, bobs.data.group_id);
		expect(carols.data.rank).toBe(3);
		expect(await readEachOther(connected, carols)).toBe(true);
		expect(await carol.storage.keys()).toContain(`group_data_user_${bobs.data.group_id}_id_${connected.data.group_id}`);
	});

	it("can have children, which are reached the same way", async () => {
		const id = await connected.createChildGroup();
		const below = await connected.getChildGroup(id);
		expect(below.data).toMatchObject({
			...{ from_parent: true, is_connected_group: true, parent_group_id: connected.data.group_id },
			access_by_group_as_member: access.data.group_id,
		});
		const bob = await newMember(api);
		await access.inviteAuto(bob.id);
		const requests = await api.requestsOf(async () => {
			const seen = await bob.user.getGroup(id, access.data.group_id);
			expect(await readEachOther(below, seen)).toBe(true);
		});
		expect(requests.toSorted()).toEqual([id, connected.data.group_id, access.data.group_id].map(pathOf).toSorted());
	});

	it("has none of its own, and is not invited elsewhere", async () => {
		expect(await rejection(connected.createConnectedGroup())).toMatchObject({ status: "server_318" });
		const other = await access.getConnectedGroup(await access.createConnectedGroup());
		expect(await rejection(other.inviteGroupAuto(connected.data.group_id))).toMatchObject({ status: "server_319" });
		expect(await rejection(access.inviteGroupAuto(other.data.group_id))).toMatchObject({ status: "server_319" });
	});

	it("can have users as members, too", async () => {
		const { user } = await newMember(api);
		const seen = await join(connected, user, 4);
		expect(seen.data).toMatchObject({ from_parent: false, is_connected_group: true, rank: 4 });
		expect(await readEachOther(connected, seen)).toBe(true);
	});
});

describe("how the API says that a group is reached", () => {
	it.each(accessBy)("is read as the reference client reads it: $response.result.access_by", (row) => {
		const through = row.access_by_group_as_member ?? undefined;
		const answer = { ...(row.response.result as GroupServerData), parent_group_id: "direct parent" };
		const read = readAccess(answer, through);
		expect(read.access_by_parent_group ?? null).toBe(row.access_by_parent_group);
		expect(read.access_by_group_as_member ?? null).toBe(row.access_by_group_as_member);
		expect(read.from_parent).toBe(row.access_by_parent_group !== null);
	});
});
