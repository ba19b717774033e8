import type { TestApi } from "@sentc-ts/test-world";
import {
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	LAX_OPTIONS,
	memberRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { expectRefusal, result, serveApi } from "../support/api.js";
import { newGroup, newUser, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { FIRST_PAGE } from "../support/devices.js";
import {
	addLightUser,
	callAs,
	doAs,
	getGroup,
	keysFor,
	listMembers,
	newGroupBelow,
	openKeys,
	pairsOf,
	uselessKeys,
} from "../support/sharing.js";

// One test per acceptance criterion of connected groups: the cases of protocol/http-api §5 and §12. Those of key rotation are in
// a4-a7-rotations.test.ts.

/** A user with a group and a group connected to it; another user with a group of its own. */
async function connectedGroup() {
	const server = await serveApi();
	const [owner, other] = [await newUser(server), await newUser(server)];
	const access = await newGroup(server, owner);
	const connected = await newGroupBelow(server, owner, access, "connected");
	return { server, owner, other, access, connected, plain: await newGroup(server, other) };
}

/** Makes a group a member of the connected group, with its keys. */
async function addGroup(
	{ server, owner, access, connected }: Awaited<ReturnType<typeof connectedGroup>>,
	invited_group_id: string,
): Promise<void> {
	const params = { group_id: connected, invited_group_id };
	const body = await keysOf(server, owner, { connected, access }, invited_group_id);
	await doAs(server, owner, inviteRoutes.inviteGroupAuto, params, { body, through: access });
}

async function keysOf(
	server: TestApi,
	owner: Session,
	{ connected, access }: { connected: string; access: string },
	group_id: string,
) {
	const pairs = await pairsOf(server, owner, access);
	return keysFor(server, await openKeys(server, owner, connected, { through: access, pairs }), { group_id });
}

describe("A.5 connected groups", () => {
	it("A.5.1 a plain group is not connected; one that was created so is, and is read through the creating group", async () => {
		const { server, owner, access, connected } = await connectedGroup();
		expect(await result(getGroup(server, owner, access))).toMatchObject({ is_connected_group: false });
		await expectRefusal(getGroup(server, owner, connected), SERVER_ERRORS.NO_GROUP_ACCESS);
		const group = await result(getGroup(server, owner, connected, access));
		expect(group).toMatchObject({ is_connected_group: true, rank: 0, access_by: { GroupAsUser: access } });
		expect(group).toMatchObject({ parent_group_id: null });
		const pairs = await pairsOf(server, owner, access);
		expect(await openKeys(server, owner, connected, { through: access, pairs })).toHaveLength(1);
	});

	it("A.5.2 a group is neither invited to a group that is not connected, nor does it ask to join one: 319", async () => {
		const { server, owner, access, plain, other } = await connectedGroup();
		const body = await keysFor(server, await openKeys(server, owner, access), { group_id: plain });
		const params = { group_id: access, invited_group_id: plain };
		for (const route of [inviteRoutes.inviteGroup, inviteRoutes.inviteGroupAuto]) {
			await expectRefusal(callAs(server, owner, route, params, { body }), SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
		}
		const request = { group_id: plain, group_id_to_join: access };
		const join = callAs(server, other, joinRequestRoutes.sendForGroup, request);
		await expectRefusal(join, SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
	});

	it("A.5.3 a connected group is neither invited nor does it ask to join: 319", async () => {
		const { server, owner, access, connected } = await connectedGroup();
		const second = await newGroupBelow(server, owner, access, "connected");
		const body = await keysOf(server, owner, { connected, access }, second);
		const through = access;
		const params = { group_id: connected, invited_group_id: second };
		for (const route of [inviteRoutes.inviteGroup, inviteRoutes.inviteGroupAuto]) {
			const invite = callAs(server, owner, route, params, { body, through });
			await expectRefusal(invite, SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
		}
		const request = { group_id: second, group_id_to_join: connected };
		const join = callAs(server, owner, joinRequestRoutes.sendForGroup, request, { through });
		await expectRefusal(join, SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
		// Nor can one be created from it.
		const create = newGroupBelow(server, owner, connected, "connected", {
			keys: await openKeys(server, owner, access),
			through,
		});
		await expect(create).rejects.toThrow("400/318");
	});

	it("A.5.4 the members of a second group, which was invited through the first, read the connected group with rank 4", async () => {
		const world = await connectedGroup();
		const { server, other, plain, connected } = world;
		await addGroup(world, plain);
		expect(await result(getGroup(server, other, connected, plain))).toMatchObject({ rank: 4 });
		const pairs = await pairsOf(server, other, plain);
		expect(await openKeys(server, other, connected, { through: plain, pairs })).toHaveLength(1);
	});

	it("A.5.5 the same for a child group, also for a user who reaches it via its parent only", async () => {
		const world = await connectedGroup();
		const { server, other, plain, connected } = world;
		const child = await newGroupBelow(server, other, plain, "child");
		await addGroup(world, child);
		const group = await result(getGroup(server, other, connected, child));
		expect(group).toMatchObject({ rank: 4, access_by: { GroupAsUser: child } });
		expect(await result(getGroup(server, other, child))).toMatchObject({ access_by: { Parent: plain } });
	});

	it("A.5.6 a child of a connected group is connected, and read through the group that is a member of its parent", async () => {
		const { server, owner, access, connected } = await connectedGroup();
		const pairs = await pairsOf(server, owner, access);
		const keys = await openKeys(server, owner, connected, { through: access, pairs });
		const child = await newGroupBelow(server, owner, connected, "child", { keys, through: access });
		const group = await result(getGroup(server, owner, child, access));
		expect(group).toMatchObject({
			is_connected_group: true,
			parent_group_id: connected,
			access_by: { GroupAsUserAsParent: { parent: connected, group_as_user: access } },
		});
		const opened = keys.map((key) => ({ id: key.groupKeyId, privateKey: key.privateGroupKey, publicKey: "" }));
		expect(await openKeys(server, owner, child, { through: access, pairs: opened })).toHaveLength(1);
	});

	it("A.5.7 a user with rank 4 in the access group has rank 4 in the connected group, where that group has rank 0", async () => {
		const { server, owner, other, access, connected } = await connectedGroup();
		await addLightUser(server, owner, access, other);
		expect(await result(getGroup(server, other, connected, access))).toMatchObject({ rank: 4 });
		expect(await result(getGroup(server, owner, connected, access))).toMatchObject({ rank: 0 });
	});

	it("A.5.10 the users of a group that was kicked have lost access", async () => {
		const world = await connectedGroup();
		const { server, owner, other, access, plain, connected } = world;
		await addGroup(world, plain);
		const params = { group_id: connected, user_id: plain };
		await doAs(server, owner, memberRoutes.kickMember, params, { through: access });
		await expectRefusal(getGroup(server, other, connected, plain), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it.each([
		["the path of the server", inviteRoutes.acceptForGroup, inviteRoutes.rejectForGroup],
		["the path of the client", inviteRoutes.acceptForGroupSwapped, inviteRoutes.rejectForGroupSwapped],
	])(
		"A.5.11 an invite is in the list of the group, is rejected, and a second one accepted: %s",
		async (_, accept, reject) => {
			const world = await connectedGroup();
			const { server, owner, other, access, plain, connected } = world;
			const body = await keysOf(server, owner, world, plain);
			const invite = async () => {
				const params = { group_id: connected, invited_group_id: plain };
				await doAs(server, owner, inviteRoutes.inviteGroup, params, { body, through: access });
			};
			const list = () => doAs(server, other, inviteRoutes.listInvitesOfGroup, { group_id: plain, ...FIRST_PAGE });
			const answer = { group_id: plain, inviting_group_id: connected };
			await invite();
			expect(await list()).toEqual([{ group_id: connected, time: server.clock.now() }]);
			await doAs(server, other, reject, answer);
			expect(await list()).toEqual([]);
			await expectRefusal(callAs(server, other, accept, answer), SERVER_ERRORS.INVITE_NOT_FOUND);
			await invite();
			await doAs(server, other, accept, answer);
			expect(await result(getGroup(server, other, connected, plain))).toMatchObject({ rank: 4 });
			const pairs = await pairsOf(server, other, plain);
			expect(await openKeys(server, other, connected, { through: plain, pairs })).toHaveLength(1);
		},
	);

	it("A.5.12 a join request of a group that is a member already is 302", async () => {
		const world = await connectedGroup();
		const { server, other, plain, connected } = world;
		await addGroup(world, plain);
		const request = { group_id: plain, group_id_to_join: connected };
		await expectRefusal(callAs(server, other, joinRequestRoutes.sendForGroup, request), SERVER_ERRORS.ALREADY_MEMBER);
	});

	it("A.5.13 a join request of a group is listed on both sides, taken back, rejected, and accepted in the end", async () => {
		const world = await connectedGroup();
		const { server, owner, other, access, plain, connected } = world;
		const request = { group_id: plain, group_id_to_join: connected };
		const send = () => doAs(server, other, joinRequestRoutes.sendForGroup, request);
		const sent = () => doAs(server, other, joinRequestRoutes.listSentOfGroup, { group_id: plain, ...FIRST_PAGE });
		const received = () =>
			doAs(
				server,
				owner,
				joinRequestRoutes.listJoinRequests,
				{ group_id: connected, ...FIRST_PAGE },
				{ through: access },
			);
		const params = { group_id: connected, user_id: plain };
		const time = server.clock.now();

		await send();
		expect(await sent()).toEqual([{ group_id: connected, time }]);
		await doAs(server, other, joinRequestRoutes.deleteSentOfGroup, request);
		expect(await sent()).toEqual([]);
		await send();
		expect(await received()).toEqual([{ user_id: plain, time, user_type: 2 }]);
		await doAs(server, owner, joinRequestRoutes.reject, params, { through: access });
		expect(await received()).toEqual([]);
		await send();
		const body = await keysOf(server, owner, world, plain);
		await doAs(server, owner, joinRequestRoutes.accept, params, { body, through: access });
		expect(await result(getGroup(server, other, connected, plain))).toMatchObject({ rank: 4 });
	});

	it("A.5.14 A.5.15 A.5.16 for the access group only its admin leaves; the list of its groups has the connected one until then", async () => {
		const world = await connectedGroup();
		const { server, other, plain, connected } = world;
		await addGroup(world, plain);
		const member = await newUser(server);
		await addLightUser(server, other, plain, member);
		const leave = (user: Session) =>
			callAs(server, user, memberRoutes.leaveGroup, { group_id: connected }, { through: plain });
		await expectRefusal(leave(member), SERVER_ERRORS.RANK_INSUFFICIENT);
		const list = () => doAs(server, member, groupRoutes.listGroupsOfGroup, { group_id: plain, ...FIRST_PAGE });
		expect(await list()).toMatchObject([{ group_id: connected, rank: 4, parent: null }]);
		await result(leave(other));
		await expectRefusal(getGroup(server, other, connected, plain), SERVER_ERRORS.NO_GROUP_ACCESS);
		expect(await list()).toEqual([]);
	});
});

describe("a group as a member", () => {
	it.each(["an invite", "an auto invite", "a join request"])("that came by %s has type 2", async (way) => {
		const world = await connectedGroup();
		const { server, owner, other, access, plain, connected } = world;
		if (way === "an auto invite") await addGroup(world, plain);
		else {
			const body = await keysOf(server, owner, world, plain);
			const through = access;
			if (way === "an invite") {
				const params = { group_id: connected, invited_group_id: plain };
				await doAs(server, owner, inviteRoutes.inviteGroup, params, { body, through });
				const answer = { group_id: plain, inviting_group_id: connected };
				await doAs(server, other, inviteRoutes.acceptForGroup, answer);
			} else {
				const request = { group_id: plain, group_id_to_join: connected };
				await doAs(server, other, joinRequestRoutes.sendForGroup, request);
				const params = { group_id: connected, user_id: plain };
				await doAs(server, owner, joinRequestRoutes.accept, params, { body, through });
			}
		}
		const members = await listMembers(server, owner, connected, FIRST_PAGE, access);
		expect(members).toMatchObject([{ user_id: plain, user_type: 2, rank: 4 }]);
	});

	it("of the same app only, and no user group: 310", async () => {
		const { server, owner, access, connected } = await connectedGroup();
		const elsewhere = { ...server, app: await server.api.apps.create({ options: LAX_OPTIONS }) };
		const foreign = await newGroup(elsewhere, await newUser(elsewhere));
		const userGroup = String(rows(server, "users")[0]?.["userGroupId"]);
		const body = uselessKeys([]);
		for (const invited_group_id of [foreign, userGroup, "none"]) {
			const params = { group_id: connected, invited_group_id };
			const invite = callAs(server, owner, inviteRoutes.inviteGroup, params, { body, through: access });
			await expectRefusal(invite, SERVER_ERRORS.NO_GROUP_ACCESS);
		}
	});
});
