import {
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	memberRoutes,
	SERVER_ERRORS,
	sessionRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, readAnswer, requestOf, result, serveApi } from "../support/api.js";
import { crypto, newest, newGroup, newUser } from "../support/client.js";
import { FIRST_PAGE } from "../support/devices.js";
import {
	addLightUser,
	addUser,
	callAs,
	doAs,
	getGroup,
	keysFor,
	listMembers,
	newGroupBelow,
	openKeys,
	pairsOf,
} from "../support/sharing.js";

// One test per acceptance criterion of groups: the cases of protocol/http-api §12, in the order of the reference's tests. Those of
// key rotation are in a4-a7-rotations.test.ts.

describe("A.4 groups", () => {
	it("A.4.1 the creator of a group reads it with rank 0, one key, one HMAC key and one sortable key", async () => {
		const server = await serveApi();
		const user = await newUser(server);
		const groupId = await newGroup(server, user);
		const group = await result(call(server, groupRoutes.getGroup, { jwt: user.jwt, params: { group_id: groupId } }));
		expect(group).toMatchObject({ group_id: groupId, rank: 0, access_by: "User", is_connected_group: false });

		const { privateKey } = newest(user.userKeys);
		const { keys } = crypto.openGroupKeys({ keys: group.keys.map((key) => ({ privateKey, key })) });
		expect(keys).toHaveLength(1);
		expect(group.hmac_keys).toHaveLength(1);
		expect(group.sortable_keys).toHaveLength(1);
		const { groupKey } = newest(keys);
		expect(crypto.openHmacKeys({ keys: [{ groupKey, hmacKey: newest(group.hmac_keys) }] }).keys[0]).toContain(
			"HmacSha256",
		);
		expect(
			crypto.openSortableKeys({ keys: [{ groupKey, sortableKey: newest(group.sortable_keys) }] }).keys[0],
		).toContain("Ope16");
	});

	it("A.4.2 light and update check of a full group have rank 0 and no key update", async () => {
		const server = await serveApi();
		const user = await newUser(server);
		const input = { jwt: user.jwt, params: { group_id: await newGroup(server, user) } };
		expect(await result(call(server, groupRoutes.getGroupLight, input))).toMatchObject({ rank: 0 });
		expect(await result(call(server, groupRoutes.checkGroupUpdate, input))).toEqual({ rank: 0, key_update: false });
	});

	it("A.4.3 a child group is read by the creator of the parent with the private key of the parent, with rank 0", async () => {
		const server = await serveApi();
		const user = await newUser(server);
		const parent = await newGroup(server, user);
		const child = await newGroupBelow(server, user, parent, "child");
		const group = await result(getGroup(server, user, child));
		expect(group).toMatchObject({ rank: 0, parent_group_id: parent, access_by: { Parent: parent } });
		const pairs = await pairsOf(server, user, parent);
		expect(await openKeys(server, user, child, { pairs })).toHaveLength(1);
	});

	it("A.4.4 the list of children has one entry, and its next page is empty", async () => {
		const server = await serveApi();
		const user = await newUser(server);
		const group_id = await newGroup(server, user);
		const child = await newGroupBelow(server, user, group_id, "child");
		const children = await doAs(server, user, groupRoutes.listChildGroups, { group_id, ...FIRST_PAGE });
		expect(children).toEqual([{ group_id: child, time: server.clock.now(), parent: group_id }]);
		const next = { group_id, last_time: `${newest(children).time}`, last_id: child };
		expect(await doAs(server, user, groupRoutes.listChildGroups, next)).toEqual([]);
	});

	it("A.4.5 without invites a join request and an invite are 317; once they are allowed again, both work", async () => {
		const server = await serveApi();
		const [owner, asking, invited] = [await newUser(server), await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		const join = () => callAs(server, asking, joinRequestRoutes.send, { group_id });
		const body = await keysFor(server, await openKeys(server, owner, group_id), { user_id: invited.userId });
		const invite = () =>
			callAs(server, owner, inviteRoutes.inviteUser, { group_id, user_id: invited.userId }, { body });
		await doAs(server, owner, groupRoutes.toggleInvites, { group_id });
		await expectRefusal(join(), SERVER_ERRORS.INVITES_STOPPED);
		await expectRefusal(invite(), SERVER_ERRORS.INVITES_STOPPED);
		await doAs(server, owner, groupRoutes.toggleInvites, { group_id });
		expect(await result(join())).toBe("Success");
		await result(invite());
	});

	it("A.4.6 an invite of few keys opens no session, one without keys is 303", async () => {
		const server = await serveApi();
		const [owner, { userId: user_id }] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		const body = await keysFor(server, await openKeys(server, owner, group_id), { user_id });
		const invite = (sent: object) =>
			callAs(server, owner, inviteRoutes.inviteUser, { group_id, user_id }, { body: sent });
		await expectRefusal(invite({ ...body, keys: [] }), SERVER_ERRORS.NO_KEYS);
		expect(await result(invite(body))).toEqual({ message: expect.any(String) });
	});

	it("A.4.7 the invited one sees this invite in the list and in init, and reads the group with rank 4 after accepting", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		const keys = await openKeys(server, owner, group_id);
		const body = await keysFor(server, keys, { user_id: user.userId });
		await doAs(server, owner, inviteRoutes.inviteUser, { group_id, user_id: user.userId }, { body });

		const invites = [{ group_id, time: server.clock.now() }];
		expect(await doAs(server, user, inviteRoutes.listInvites, FIRST_PAGE)).toEqual(invites);
		const init = { jwt: user.jwt, body: { refresh_token: user.refreshToken } };
		expect(await result(call(server, sessionRoutes.init, init))).toMatchObject({ invites });
		await expectRefusal(getGroup(server, user, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
		await doAs(server, user, inviteRoutes.accept, { group_id });
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 4, access_by: "User" });
		expect(await openKeys(server, user, group_id)).toEqual(keys);
		expect(await doAs(server, user, inviteRoutes.listInvites, FIRST_PAGE)).toEqual([]);
	});

	it("A.4.8 after rejecting an invite the group stays unreadable: 310", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		const body = await keysFor(server, await openKeys(server, owner, group_id), { user_id: user.userId });
		await doAs(server, owner, inviteRoutes.inviteUser, { group_id, user_id: user.userId }, { body });
		expect(await doAs(server, user, inviteRoutes.reject, { group_id })).toBe("Success");
		await expectRefusal(getGroup(server, user, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
		await expectRefusal(callAs(server, user, inviteRoutes.accept, { group_id }), SERVER_ERRORS.INVITE_NOT_FOUND);
	});

	it("A.4.9 the only admin cannot leave, a normal member can, and has no access afterwards", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await addUser(server, owner, group_id, user);
		await expectRefusal(callAs(server, owner, memberRoutes.leaveGroup, { group_id }), SERVER_ERRORS.LAST_ADMIN);
		expect(await getGroup(server, owner, group_id)).toMatchObject({ ok: true });
		await doAs(server, user, memberRoutes.leaveGroup, { group_id });
		await expectRefusal(getGroup(server, user, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("A.4.10 A.4.11 a join request is once in the list of the group and of its sender, also when it is sent again", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		for (let count = 0; count < 2; count++) {
			expect(await doAs(server, user, joinRequestRoutes.send, { group_id })).toBe("Success");
			const first = { last_time: "0", last_id: "abc" };
			const received = await doAs(server, owner, joinRequestRoutes.listJoinRequests, { group_id, ...first });
			const { time } = newest(received);
			expect(received).toEqual([{ user_id: user.userId, time, user_type: 0 }]);
			const nextOfGroup = { group_id, last_time: `${time}`, last_id: user.userId };
			expect(await doAs(server, owner, joinRequestRoutes.listJoinRequests, nextOfGroup)).toEqual([]);
			const sent = await doAs(server, user, joinRequestRoutes.listSent, first);
			expect(sent).toEqual([{ group_id, time }]);
			const next = { last_time: `${time}`, last_id: group_id };
			expect(await doAs(server, user, joinRequestRoutes.listSent, next)).toEqual([]);
			server.clock.advance(1);
		}
	});

	it("A.4.12 a sent request that is deleted by the id of the group is in the list no more", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await doAs(server, user, joinRequestRoutes.send, { group_id });
		await doAs(server, user, joinRequestRoutes.deleteSent, { group_id_to_join: group_id });
		expect(await doAs(server, user, joinRequestRoutes.listSent, FIRST_PAGE)).toEqual([]);
		expect(await doAs(server, owner, joinRequestRoutes.listJoinRequests, { group_id, ...FIRST_PAGE })).toEqual([]);
	});

	it("A.4.13 a request that is rejected is in neither list any more", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await doAs(server, user, joinRequestRoutes.send, { group_id });
		await doAs(server, owner, joinRequestRoutes.reject, { group_id, user_id: user.userId });
		expect(await doAs(server, user, joinRequestRoutes.listSent, FIRST_PAGE)).toEqual([]);
		expect(await doAs(server, owner, joinRequestRoutes.listJoinRequests, { group_id, ...FIRST_PAGE })).toEqual([]);
	});

	it("A.4.14 who reaches a child via the parent can be invited, and reaches it via the parent after leaving", async () => {
		const server = await serveApi();
		const user = await newUser(server);
		const parent = await newGroup(server, user);
		const group_id = await newGroupBelow(server, user, parent, "child");
		const params = { group_id, user_id: user.userId };
		const keys = await openKeys(server, user, group_id, { pairs: await pairsOf(server, user, parent) });
		const body = await keysFor(server, keys, { user_id: user.userId });
		await doAs(server, user, inviteRoutes.inviteUserAuto, params, { body });
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 4, access_by: "User" });
		expect(await openKeys(server, user, group_id)).toEqual(keys);
		await doAs(server, user, memberRoutes.leaveGroup, { group_id });
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 0, access_by: { Parent: parent } });
	});

	it("A.4.15 accepting a join request of few keys opens no session; the user reads the group", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await doAs(server, user, joinRequestRoutes.send, { group_id });
		const keys = await openKeys(server, owner, group_id);
		const body = await keysFor(server, keys, { user_id: user.userId });
		const params = { group_id, user_id: user.userId };
		expect(await doAs(server, owner, joinRequestRoutes.accept, params, { body })).not.toHaveProperty("session_id");
		expect(await openKeys(server, user, group_id)).toEqual(keys);
		expect(await doAs(server, user, joinRequestRoutes.listSent, FIRST_PAGE)).toEqual([]);
	});

	it("A.4.19 a new rank is seen in the data of the group, and a member with rank 2 changes none", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await addLightUser(server, owner, group_id, user);
		const body = { changed_user_id: user.userId, new_rank: 2 };
		await doAs(server, owner, memberRoutes.changeRank, { group_id }, { body });
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 2 });
		const own = { ...body, new_rank: 3 };
		const refused = callAs(server, user, memberRoutes.changeRank, { group_id }, { body: own });
		await expectRefusal(refused, SERVER_ERRORS.RANK_INSUFFICIENT);
	});

	it("A.4.20 the list of members has the others, never the caller, and a page after the first has the second", async () => {
		const server = await serveApi();
		const people = [await newUser(server), await newUser(server), await newUser(server)] as const;
		const [owner, ...others] = people;
		const groupId = await newGroup(server, owner);
		for (const user of others) {
			server.clock.advance(1);
			await addLightUser(server, owner, groupId, user);
		}
		for (const caller of [owner, others[1]]) {
			const expected = people.filter((user) => user !== caller).map((user) => user.userId);
			const members = await listMembers(server, caller, groupId);
			expect(members.map((member) => member.user_id)).toEqual(expected);
			const { joined_time, user_id } = newest(members);
			const rest = await listMembers(server, caller, groupId, { last_time: `${joined_time}`, last_id: user_id });
			expect(rest).toEqual(members.slice(1));
		}
	});

	it("A.4.21 who was kicked cannot read the group any more", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await addUser(server, owner, group_id, user);
		await doAs(server, owner, memberRoutes.kickMember, { group_id, user_id: user.userId });
		await expectRefusal(getGroup(server, user, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("A.4.25 delete removes the group with its child", async () => {
		const server = await serveApi();
		const user = await newUser(server);
		const input = { jwt: user.jwt, params: { group_id: await newGroup(server, user) } };
		const child = await newGroupBelow(server, user, input.params.group_id, "child");
		const response = await server.api.fetch(requestOf(server.app, groupRoutes.deleteGroup, input));
		expect(response.status).toBe(200);
		expect(await result(readAnswer(response, groupRoutes.deleteGroup))).toBe("Success");
		await expectRefusal(call(server, groupRoutes.getGroup, input), SERVER_ERRORS.NO_GROUP_ACCESS);
		await expectRefusal(getGroup(server, user, child), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("A.4.26 the groups of a user come in the order of creation, and the page after the first has the rest", async () => {
		const server = await serveApi();
		const user = await newUser(server);
		const created = [];
		for (let count = 0; count < 3; count++) created.push(await newGroup(server, user));
		const groups = await result(call(server, groupRoutes.listGroups, { jwt: user.jwt, params: FIRST_PAGE }));
		expect(groups.map((group) => group.group_id)).toEqual(created);

		const { time, group_id } = newest(groups);
		const params = { last_time: `${time}`, last_id: group_id };
		const rest = await result(call(server, groupRoutes.listGroups, { jwt: user.jwt, params }));
		expect(rest.map((group) => group.group_id)).toEqual(created.slice(1));
	});
});
