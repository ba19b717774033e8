import type { TestApi } from "@sentc-ts/test-world";
import {
	forcedRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	memberRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newGroup, newUser, type Session } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { FIRST_PAGE } from "../support/devices.js";
import { expectSoundDatabase } from "../support/invariants.js";
import {
	addLightUser,
	addUser,
	callAs,
	doAs,
	getGroup,
	keysFor,
	newGroupBelow,
	openKeys,
	pairsOf,
} from "../support/sharing.js";

// What goes with what (protocol/http-api §18).

const TABLES = ["groups", "members", "pendingMembers", "groupKeys", "wrappedKeys", "searchKeys", "openRotations"];
/** All but what a removal asks for. */
const contents = (server: TestApi): Record<string, Record<string, unknown>[]> =>
	Object.fromEntries(TABLES.map((table) => [table, rows(server, table).map((row) => ({ ...row, rotationDue: 0 }))]));

/** A row for an open rotation of every key that somebody has in a group. */
function openRotations(server: TestApi, groupId: string, memberId: string): void {
	withDatabase(server, (connection) =>
		connection
			.prepare(
				`insert into "openRotations" ("keyId", "memberId", "groupId", "encryptedEphemeralKey", "publicKeyId")
				 select id, ?, "groupId", 'sealed', 'key' from "groupKeys" where "groupId" = ?`,
			)
			.run([memberId, groupId]),
	);
}

describe("a group that is deleted", () => {
	it("goes with its descendants, their members, keys and invites, and out of the groups it was in; all else stays", async () => {
		const server = await startApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const other = await newGroup(server, owner);
		const connected = await newGroupBelow(server, owner, other, "connected");
		await addUser(server, owner, other, user);
		const before = contents(server);

		const group_id = await newGroup(server, owner);
		const child = await newGroupBelow(server, owner, group_id, "child");
		const keys = await openKeys(server, owner, child, { pairs: await pairsOf(server, owner, group_id) });
		const grandchild = await newGroupBelow(server, owner, child, "child", { keys });
		await addUser(server, owner, group_id, user, 1);
		await doAs(server, user, joinRequestRoutes.send, { group_id: child });
		await doAs(
			server,
			owner,
			lightGroupRoutes.inviteUser,
			{ group_id: grandchild, user_id: user.userId },
			{ body: {} },
		);
		openRotations(server, group_id, "somebody");

		// As a member, and invited, elsewhere.
		const pairs = await pairsOf(server, owner, other);
		const opened = await openKeys(server, owner, connected, { through: other, pairs });
		const body = await keysFor(server, opened, { group_id });
		const member = { group_id: connected, invited_group_id: group_id };
		await doAs(server, owner, inviteRoutes.inviteGroupAuto, member, { body, through: other });
		openRotations(server, connected, group_id);
		const invited = { group_id: connected, invited_group_id: child };
		await doAs(server, owner, lightGroupRoutes.inviteGroup, invited, { body: {}, through: other });

		await doAs(server, user, groupRoutes.deleteGroup, { group_id });
		expect(contents(server)).toEqual(before);
		for (const id of [group_id, child, grandchild]) {
			await expectRefusal(getGroup(server, owner, id), SERVER_ERRORS.NO_GROUP_ACCESS);
			await expectRefusal(
				callAs(server, user, joinRequestRoutes.send, { group_id: id }),
				SERVER_ERRORS.NO_GROUP_ACCESS,
			);
		}
		await expectRefusal(getGroup(server, owner, connected, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
		expectSoundDatabase(server);
	});

	it("leaves the groups that were connected to it without that member", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const group_id = await newGroup(server, owner);
		const connected = await newGroupBelow(server, owner, group_id, "connected");
		await doAs(server, owner, groupRoutes.deleteGroup, { group_id });
		expect(rows(server, "members").filter((row) => row["groupId"] === connected)).toEqual([]);
		expect(rows(server, "groups").filter((row) => row["id"] === connected)).toHaveLength(1);
	});

	it("may have descendants deeper than the database follows references by itself", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const { group_id } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		const depth = 1500;
		withDatabase(server, (connection) => {
			const id = (level: number) => (level === 0 ? group_id : `level-${level}`);
			const group = connection.prepare(
				`insert into "groups" ("id", "appId", "parentId", "type", "isConnected", "inviteAllowed", "createdAt") values (?, ?, ?, 0, 0, 1, 0)`,
			);
			const member = connection.prepare(
				`insert into "members" ("groupId", "memberId", "rank", "type", "joinedAt") values (?, ?, 0, 1, 0)`,
			);
			connection.exec("begin");
			for (let level = 1; level <= depth; level++) {
				group.run([id(level), server.app.appId, id(level - 1)]);
				member.run([id(level), id(level - 1)]);
			}
			connection.exec("commit");
		});
		await doAs(server, owner, groupRoutes.deleteGroup, { group_id });
		expect(rows(server, "groups").filter((row) => row["type"] === 0)).toEqual([]);
		expectSoundDatabase(server);
	});
});

describe("a member who goes", () => {
	/** A group with a child; a user who is a member of both, and another member. */
	async function family() {
		const server = await startApi();
		const [owner, user, witness] = [await newUser(server), await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		const child = await newGroupBelow(server, owner, group_id, "child");
		for (const member of [user, witness]) await addUser(server, owner, group_id, member);
		await addUser(server, owner, child, user, 3, await pairsOf(server, owner, group_id));
		return { server, owner, user, witness, group_id, child };
	}

	it.each(["by leaving", "by a kick"])(
		"%s keeps the direct memberships in children, and takes nothing of others along",
		async (way) => {
			const { server, owner, user, witness, group_id, child } = await family();
			const others = () =>
				Object.entries(contents(server)).map(([table, entries]) => [
					table,
					entries.filter((row) => row["memberId"] !== user.userId || row["groupId"] === child),
				]);
			const before = others();
			const params = { group_id, user_id: user.userId };
			if (way === "by leaving") await doAs(server, user, memberRoutes.leaveGroup, { group_id });
			else await doAs(server, owner, memberRoutes.kickMember, params);
			await expectRefusal(getGroup(server, user, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
			expect(await result(getGroup(server, user, child))).toMatchObject({ rank: 3, access_by: "User" });
			expect(await openKeys(server, witness, group_id)).toHaveLength(1);
			expect(others()).toEqual(before);
			expectSoundDatabase(server);
		},
	);

	it("leaves only what they are a direct member of: nothing is deleted of a parent, whoever asks", async () => {
		const { server, owner, witness, group_id, child } = await family();
		const before = contents(server);
		const leave = (session: Session, through?: string) =>
			callAs(server, session, memberRoutes.leaveGroup, { group_id: child }, { through });
		for (const session of [owner, witness]) {
			await expectRefusal(leave(session), SERVER_ERRORS.RANK_INSUFFICIENT);
			await expectRefusal(leave(session, group_id), SERVER_ERRORS.RANK_INSUFFICIENT);
		}
		const grandchild = await doAs(server, owner, lightGroupRoutes.createChildGroup, { group_id: child });
		const fromThere = callAs(server, owner, memberRoutes.leaveGroup, grandchild, { through: group_id });
		await expectRefusal(fromThere, SERVER_ERRORS.RANK_INSUFFICIENT);
		await doAs(server, owner, groupRoutes.deleteGroup, grandchild);
		expect(contents(server)).toEqual(before);
	});

	it("for a group is an admin of that group in person: not via a parent, and the parent of a child is no such member", async () => {
		const server = await startApi();
		const [owner, host] = [await newUser(server), await newUser(server)];
		const { group_id: top } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		const { group_id: access } = await doAs(server, owner, lightGroupRoutes.createChildGroup, { group_id: top });
		const { group_id: base } = await doAs(server, host, lightGroupRoutes.createGroup, {});
		const { group_id } = await doAs(server, host, lightGroupRoutes.createConnectedGroup, { group_id: base });
		const params = { group_id, invited_group_id: access };
		await doAs(server, host, lightGroupRoutes.inviteGroupAuto, params, { body: {}, through: base });
		const leave = () => callAs(server, owner, memberRoutes.leaveGroup, { group_id }, { through: access });
		await expectRefusal(leave(), SERVER_ERRORS.RANK_INSUFFICIENT);
		await addLightUser(server, owner, access, owner, 2);
		await expectRefusal(leave(), SERVER_ERRORS.RANK_INSUFFICIENT);
		await doAs(server, owner, memberRoutes.leaveGroup, { group_id: access });
		await addLightUser(server, owner, access, owner, 1);
		await result(leave());
		await expectRefusal(getGroup(server, owner, group_id, access), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("is the only admin of a connected group: the group that created it stays", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const { group_id: through } = await doAs(server, owner, lightGroupRoutes.createGroup, {});
		const connected = await doAs(server, owner, lightGroupRoutes.createConnectedGroup, { group_id: through });
		const leave = callAs(server, owner, memberRoutes.leaveGroup, connected, { through });
		await expectRefusal(leave, SERVER_ERRORS.LAST_ADMIN);
	});
});

describe("a user who is deleted", () => {
	it("is in no group, no invite and no join request any more, also as the only admin", async () => {
		const server = await startApi();
		const [owner, user] = [await newUser(server), await newUser(server)];
		const group_id = await newGroup(server, owner);
		await addUser(server, owner, group_id, user);
		await newGroup(server, user);
		const invited = await newGroup(server, owner);
		const params = { group_id: invited, user_id: user.userId };
		const body = await keysFor(server, await openKeys(server, owner, invited), { user_id: user.userId });
		await doAs(server, owner, inviteRoutes.inviteUser, params, { body });
		await doAs(server, user, joinRequestRoutes.send, { group_id: await newGroup(server, owner) });
		const token = server.app.secretToken;
		await result(call(server, forcedRoutes.deleteUser, { token, params: { user_id: user.userId } }));
		for (const table of ["members", "pendingMembers", "wrappedKeys"]) {
			expect(rows(server, table).filter((row) => row["memberId"] === user.userId)).toEqual([]);
		}
		expect(await doAs(server, owner, memberRoutes.listMembers, { group_id, ...FIRST_PAGE })).toEqual([]);
	});
});
