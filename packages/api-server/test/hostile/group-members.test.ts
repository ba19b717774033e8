import { randomUUID } from "node:crypto";
import {
	forcedGroupRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	LAX_OPTIONS,
	lightGroupRoutes,
	memberRoutes,
	type Params,
	type Route,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newGroup, newUser, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { expectSoundDatabase } from "../support/invariants.js";
import {
	addLightUser,
	addUser,
	callAs,
	doAs,
	getGroup,
	keyIdsOf,
	listMembers,
	uselessKeys,
} from "../support/sharing.js";

/** A group with a manager (rank 2) and a member (rank 4), and a group of the manager. */
async function managedGroup() {
	const server = await startApi();
	const [owner, manager, member] = [await newUser(server), await newUser(server), await newUser(server)];
	const group_id = await newGroup(server, owner);
	await addUser(server, owner, group_id, manager, 2);
	await addUser(server, owner, group_id, member, 4);
	return { server, owner, manager, member, group_id, own: await newGroup(server, manager) };
}

describe("a manager of a group who wants more than the rank allows", () => {
	it("does not take a whole group in by the routes for users", async () => {
		const { server, manager, group_id, own } = await managedGroup();
		const params = { group_id, user_id: own };
		for (const route of [lightGroupRoutes.inviteUser, lightGroupRoutes.inviteUserAuto]) {
			const invite = callAs(server, manager, route, params, { body: {} });
			await expectRefusal(invite, SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
		}
		await expectRefusal(getGroup(server, manager, group_id, own), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it.each(["x".repeat(5000), "no-id", "00000000-0000-1000-8000-000000000000"])(
		"does not make the list of members unreadable with the member %.20s",
		async (user_id) => {
			const { server, owner, manager, group_id } = await managedGroup();
			for (const route of [lightGroupRoutes.inviteUser, lightGroupRoutes.inviteUserAuto]) {
				const invite = callAs(server, manager, route, { group_id, user_id }, { body: {} });
				await expectRefusal(invite, SERVER_ERRORS.INVALID_ID);
			}
			expect(await listMembers(server, owner, group_id)).toHaveLength(2);
		},
	);

	it("gets no better rank by leaving and joining, by a re-invite or through an own group", async () => {
		const { server, owner, manager, group_id, own } = await managedGroup();
		const keys = uselessKeys(await keyIdsOf(server, manager, group_id), { rank: 1 });
		const itself = { group_id, user_id: manager.userId };
		await doAs(server, manager, inviteRoutes.reInviteUser, itself, { body: keys });
		expect(await result(getGroup(server, manager, group_id))).toMatchObject({ rank: 2 });
		// Another group opens nothing, whatever the rank in it.
		await expectRefusal(getGroup(server, manager, group_id, own), SERVER_ERRORS.NO_GROUP_ACCESS);
		await doAs(server, manager, memberRoutes.leaveGroup, { group_id });
		await doAs(server, manager, joinRequestRoutes.send, { group_id });
		const accept = callAs(server, manager, joinRequestRoutes.accept, itself, { body: keys });
		await expectRefusal(accept, SERVER_ERRORS.NO_GROUP_ACCESS);
		await doAs(server, owner, lightGroupRoutes.acceptJoinRequest, itself, { body: {} });
		expect(await result(getGroup(server, manager, group_id))).toMatchObject({ rank: 4 });
	});

	it("gets no rights over a child that the child does not give: a direct membership in it counts", async () => {
		const { server, owner, manager, group_id } = await managedGroup();
		const child = await doAs(server, owner, lightGroupRoutes.createChildGroup, { group_id });
		await addLightUser(server, owner, child.group_id, manager, 4);
		await expectRefusal(
			callAs(server, manager, joinRequestRoutes.listJoinRequests, { ...child, last_time: "0", last_id: "x" }),
			SERVER_ERRORS.RANK_INSUFFICIENT,
		);
	});
});

describe("a stranger to a group", () => {
	it("accepts and rejects no invite of others", async () => {
		const { server, owner, group_id } = await managedGroup();
		const [invited, stranger] = [await newUser(server), await newUser(server)];
		const params = { group_id, user_id: invited.userId };
		await doAs(server, owner, lightGroupRoutes.inviteUser, params, { body: {} });
		for (const route of [inviteRoutes.accept, inviteRoutes.reject]) {
			await expectRefusal(callAs(server, stranger, route, { group_id }), SERVER_ERRORS.INVITE_NOT_FOUND);
		}
		await doAs(server, stranger, joinRequestRoutes.deleteSent, { group_id_to_join: group_id });
		await doAs(server, invited, inviteRoutes.accept, { group_id });
	});

	it("asks to join neither the group that holds the keys of a user, nor a group of another app", async () => {
		const { server, manager } = await managedGroup();
		const elsewhere = { ...server, app: await server.api.apps.create({ options: LAX_OPTIONS }) };
		const foreign = await newGroup(elsewhere, await newUser(elsewhere));
		const userGroup = String(rows(server, "users")[0]?.["userGroupId"]);
		for (const group_id of [userGroup, foreign, randomUUID(), "none"]) {
			await expectRefusal(callAs(server, manager, joinRequestRoutes.send, { group_id }), SERVER_ERRORS.NO_GROUP_ACCESS);
			const takeBack = callAs(server, manager, joinRequestRoutes.deleteSent, { group_id_to_join: group_id });
			await expectRefusal(takeBack, SERVER_ERRORS.NO_GROUP_ACCESS);
			await expectRefusal(callAs(server, manager, inviteRoutes.accept, { group_id }), SERVER_ERRORS.INVITE_NOT_FOUND);
		}
	});

	it("of another app reaches no group, not even with the secret token of that app", async () => {
		const { server, owner, group_id } = await managedGroup();
		const elsewhere = { ...server, app: await server.api.apps.create({ options: LAX_OPTIONS }) };
		const token = elsewhere.app.secretToken;
		const foreign = await newUser(elsewhere);
		await expectRefusal(getGroup(elsewhere, foreign, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
		const others = await newGroup(elsewhere, foreign);
		await expectRefusal(getGroup(server, owner, others), SERVER_ERRORS.NO_GROUP_ACCESS);
		await expectRefusal(getGroup(server, owner, group_id, others), SERVER_ERRORS.NO_GROUP_ACCESS);
		const remove = call(elsewhere, forcedGroupRoutes.deleteGroup, { token, params: { group_id } });
		await expectRefusal(remove, SERVER_ERRORS.NO_GROUP_ACCESS);
		const read = { group_id, user_id: owner.userId };
		await expectRefusal(
			call(elsewhere, forcedGroupRoutes.member, { token, params: read }),
			SERVER_ERRORS.NO_GROUP_ACCESS,
		);
		const create = call(elsewhere, forcedGroupRoutes.createLightChildGroup, { token, params: read });
		await expectRefusal(create, SERVER_ERRORS.USER_NOT_FOUND);
	});
});

describe("a member of rank 4", () => {
	it("changes nothing by any route of the group, but what is the own", async () => {
		const { server, member, group_id, own } = await managedGroup();
		const before = ["groups", "members", "pendingMembers", "wrappedKeys"].map((table) => rows(server, table));
		const body = uselessKeys(await keyIdsOf(server, member, group_id));
		const others: Record<string, string> = { user_id: randomUUID(), invited_group_id: own, inviting_group_id: own };
		const routes: readonly Route[] = [
			...Object.values(inviteRoutes),
			...Object.values(lightGroupRoutes),
			...Object.values(joinRequestRoutes),
			...[memberRoutes.changeRank, memberRoutes.kickMember, groupRoutes.deleteGroup, groupRoutes.toggleInvites],
		];
		const kick = { changed_user_id: member.userId, new_rank: 1 };
		for (const route of routes.filter(({ method, groupAccess }) => method !== "GET" && groupAccess)) {
			const names = route.path.match(/(?<=:)\w+/g) ?? [];
			const given = { group_id, group_id_to_join: own, session_id: randomUUID(), ...others };
			const params = Object.fromEntries(names.map((name) => [name, given[name as keyof typeof given]]));
			const sent = route.path.includes("/session/") ? body.keys : { ...body, ...kick };
			const answer = await call(server, route, {
				jwt: member.jwt,
				token: server.app.secretToken,
				params: params as Params<Route>,
				...(route.body.kind === "json" && { body: sent }),
			});
			expect({ path: route.path, ok: answer.ok }).toEqual({ path: route.path, ok: false });
		}
		expect(["groups", "members", "pendingMembers", "wrappedKeys"].map((table) => rows(server, table))).toEqual(before);
		expectSoundDatabase(server);
	});

	it("invites nobody by the name of somebody else: the forced routes need the secret token", async () => {
		const { server, owner, member, group_id } = await managedGroup();
		const asOwner = (session: Session) => {
			const params = { user_id: owner.userId, group_id, user_to_kick: member.userId };
			return call(server, forcedGroupRoutes.kickMember, { jwt: session.jwt, params });
		};
		await expectRefusal(asOwner(member), SERVER_ERRORS.ENDPOINT_FORBIDDEN);
		await expectRefusal(asOwner(owner), SERVER_ERRORS.ENDPOINT_FORBIDDEN);
	});
});
