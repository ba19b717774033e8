import { rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group, User } from "../../src/index.js";
import { idOf, join, newGroup, newMember, readEachOther } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

let ada: User;
let group: Group;
beforeAll(async () => {
	ada = (await newMember(api)).user;
	group = await newGroup(ada);
});

describe("a join request of a user", () => {
	it("is listed on both sides, once, and makes a member when it is accepted", async () => {
		const { id, user } = await newMember(api);
		const { group_id } = group.data;
		await user.groupJoinRequest(group_id);
		await user.groupJoinRequest(group_id);
		const [request, ...others] = await group.getJoinRequests();
		expect(others).toEqual([]);
		expect(request).toEqual({ user_id: id, time: expect.any(Number), user_type: 0 });
		expect(await group.getJoinRequests(request)).toEqual([]);
		const [sent] = await user.sentJoinReq();
		expect(sent).toEqual({ group_id, time: expect.any(Number) });
		expect(await user.sentJoinReq(sent)).toEqual([]);

		expect(await group.acceptJoinRequest(id, request?.user_type, 3)).toBeUndefined();
		const seen = await user.getGroup(group_id);
		expect(seen.data.rank).toBe(3);
		expect(await readEachOther(group, seen)).toBe(true);
		expect(await group.getJoinRequests()).toEqual([]);
		expect(await rejection(user.groupJoinRequest(group_id))).toMatchObject({ status: "server_302" });
	});

	it("can be taken back and refused", async () => {
		const { id, user } = await newMember(api);
		const { group_id } = group.data;
		await user.groupJoinRequest(group_id);
		await user.deleteJoinReq(group_id);
		expect(await user.sentJoinReq()).toEqual([]);
		await user.groupJoinRequest(group_id);
		await group.rejectJoinRequest(id);
		expect(await user.sentJoinReq()).toEqual([]);
		expect(await rejection(group.acceptJoinRequest(id))).toMatchObject({ status: "server_309" });
	});

	it.each([3, 4])("is nothing for members of rank %s to see or answer", async (rank) => {
		const seen = await join(group, (await newMember(api)).user, rank);
		const { id } = await newMember(api);
		const sent = await api.requestsOf(async () => {
			for (const call of [seen.getJoinRequests(), seen.rejectJoinRequest(id), seen.acceptJoinRequest(id)]) {
				expect(await rejection(call)).toMatchObject({ code: "NO_PERMISSION", status: "client_201" });
			}
		});
		expect(sent).toEqual([]);
	});

	it("is accepted with no other rank than an invite", async () => {
		const seen = await join(group, (await newMember(api)).user, 2);
		const { id, user } = await newMember(api);
		await user.groupJoinRequest(group.data.group_id);
		for (const rank of [0, 1])
			expect(await rejection(seen.acceptJoinRequest(id, 0, rank))).toMatchObject({ code: "NO_PERMISSION" });
		expect(await rejection(seen.acceptJoinRequest(id, 3))).toMatchObject({ field: "user_type" });
		await seen.acceptJoinRequest(id, 0, 2);
		expect((await user.getGroup(group.data.group_id)).data.rank).toBe(2);
	});
});

describe("a join request of a group", () => {
	it("makes the group a member of a connected group", async () => {
		const connected = await group.getConnectedGroup(await group.createConnectedGroup());
		const { user } = await newMember(api);
		const own = await newGroup(user);
		const { group_id } = connected.data;
		await own.groupJoinRequest(group_id);
		expect(await own.sentJoinReq()).toMatchObject([{ group_id }]);
		const [request] = await connected.getJoinRequests();
		expect(request).toMatchObject({ user_id: own.data.group_id, user_type: 2 });
		await connected.acceptJoinRequest(own.data.group_id, 2);
		expect(await readEachOther(connected, await own.getConnectedGroup(group_id))).toBe(true);
		expect(await own.getGroups()).toMatchObject([{ group_id }]);
	});

	it("can be taken back, by admins of the group alone", async () => {
		const connected = await group.getConnectedGroup(await group.createConnectedGroup());
		const { user } = await newMember(api);
		const own = await newGroup(user);
		await own.groupJoinRequest(connected.data.group_id);
		const { user: other } = await newMember(api);
		const seen = await join(own, other, 2);
		expect(await rejection(seen.sentJoinReq())).toMatchObject({ code: "NO_PERMISSION" });
		expect(await rejection(seen.deleteJoinReq(connected.data.group_id))).toMatchObject({ code: "NO_PERMISSION" });
		expect(await rejection(seen.groupJoinRequest(connected.data.group_id))).toMatchObject({ status: "server_301" });
		await own.deleteJoinReq(connected.data.group_id);
		expect(await connected.getJoinRequests()).toEqual([]);
	});

	it("goes to connected groups, and comes from others", async () => {
		const own = await newGroup((await newMember(api)).user);
		expect(await rejection(own.groupJoinRequest(group.data.group_id))).toMatchObject({ status: "server_319" });
		expect(idOf(ada)).not.toBe("");
	});
});

describe("an invite of a group", () => {
	it("is accepted or declined for the group by its admins", async () => {
		const connected = await group.getConnectedGroup(await group.createConnectedGroup());
		const { group_id } = connected.data;
		const own = await newGroup((await newMember(api)).user);
		await connected.inviteGroup(own.data.group_id);
		expect(await own.getGroupInvites()).toMatchObject([{ group_id }]);
		await own.rejectGroupInvite(group_id);
		expect(await own.getGroupInvites()).toEqual([]);
		await connected.inviteGroup(own.data.group_id, 2);
		await own.acceptGroupInvite(group_id);
		const seen = await own.getConnectedGroup(group_id);
		expect(seen.data).toMatchObject({
			is_connected_group: true,
			access_by_group_as_member: own.data.group_id,
			rank: 2,
		});
		expect(await readEachOther(connected, seen)).toBe(true);
		expect(await connected.getMember()).toMatchObject([{ user_id: own.data.group_id, user_type: 2 }]);
	});

	it("can be repaired by inviting it again", async () => {
		const connected = await group.getConnectedGroup(await group.createConnectedGroup());
		const own = await newGroup((await newMember(api)).user);
		await connected.inviteGroupAuto(own.data.group_id, 3);
		await connected.reInviteGroup(own.data.group_id);
		const seen = await own.getConnectedGroup(connected.data.group_id);
		expect(seen.data.rank).toBe(3);
		expect(await readEachOther(connected, seen)).toBe(true);
	});
});
