import { randomUUID } from "node:crypto";
import {
	forcedGroupRoutes,
	forcedRoutes,
	groupRoutes,
	inviteRoutes,
	lightGroupRoutes,
	SERVER_ERRORS,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, serveApi } from "../support/api.js";
import { crypto, login, newest, newGroup, newUser } from "../support/client.js";
import { addUser, doAs, getGroup, keysFor, newGroupBelow, openKeys, pairsOf } from "../support/sharing.js";

// One test per acceptance criterion of protocol/http-api §8.3 and §8.4.

/** An own backend, a user, and how to call a forced route. */
async function ownBackend() {
	const server = await serveApi();
	const { secretToken: token } = server.app;
	const user = await newUser(server);
	return { server, user, token, group_id: await newGroup(server, user) };
}

describe("A.9 forced group routes", () => {
	it("A.9.1 groups of all six kinds that were created for a user are read by that user", async () => {
		const { server, user, token, group_id } = await ownBackend();
		const user_id = user.userId;
		const below = { user_id, group_id };
		const own = crypto.prepareGroup({ creatorPublicKey: newest(user.userKeys).publicKey });
		const { publicGroupKey } = newest(await openKeys(server, user, group_id));
		const body = crypto.prepareGroup({ creatorPublicKey: publicGroupKey });
		const plain = await result(call(server, forcedGroupRoutes.createGroup, { token, params: { user_id }, body: own }));
		const light = await result(call(server, forcedGroupRoutes.createLightGroup, { token, params: { user_id } }));
		expect(await openKeys(server, user, plain.group_id)).toHaveLength(1);
		expect(await result(getGroup(server, user, light.group_id))).toMatchObject({ rank: 0, keys: [] });

		const pairs = await pairsOf(server, user, group_id);
		const child = await result(call(server, forcedGroupRoutes.createChildGroup, { token, params: below, body }));
		expect(await openKeys(server, user, child.group_id, { pairs })).toHaveLength(1);
		const lightChild = await result(call(server, forcedGroupRoutes.createLightChildGroup, { token, params: below }));
		expect(await result(getGroup(server, user, lightChild.group_id))).toMatchObject({ parent_group_id: group_id });
		const connected = await result(
			call(server, forcedGroupRoutes.createConnectedGroup, { token, params: below, body }),
		);
		expect(await openKeys(server, user, connected.group_id, { through: group_id, pairs })).toHaveLength(1);
		const lightConnected = await result(
			call(server, forcedGroupRoutes.createLightConnectedGroup, { token, params: below }),
		);
		expect(await result(getGroup(server, user, lightConnected.group_id, group_id))).toMatchObject({ keys: [] });
	});

	it("A.9.2 a group that was deleted is 310 afterwards", async () => {
		const { server, user, token, group_id } = await ownBackend();
		const child = await newGroupBelow(server, user, group_id, "child");
		await result(call(server, forcedGroupRoutes.deleteGroup, { token, params: { group_id } }));
		for (const id of [group_id, child]) {
			await expectRefusal(getGroup(server, user, id), SERVER_ERRORS.NO_GROUP_ACCESS);
		}
		const again = call(server, forcedGroupRoutes.deleteGroup, { token, params: { group_id } });
		await expectRefusal(again, SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it.each(["with keys", "without keys"])(
		"A.9.3 an invited user %s is a member with rank 4, and none after a kick",
		async (kind) => {
			const { server, user, token, group_id } = await ownBackend();
			const other = await newUser(server);
			const params = { user_id: user.userId, group_id, to_invite: other.userId };
			if (kind === "with keys") {
				const keys = await openKeys(server, user, group_id);
				const body = await keysFor(server, keys, { user_id: other.userId });
				const answer = await result(call(server, forcedGroupRoutes.inviteUserAuto, { token, params, body }));
				expect(answer).not.toHaveProperty("session_id");
				expect(await openKeys(server, other, group_id)).toEqual(keys);
			} else {
				const answer = call(server, forcedGroupRoutes.inviteLightUserAuto, { token, params, body: {} });
				expect(await result(answer)).toBe("Success");
			}
			const query = { token, params: { group_id, user_id: other.userId } };
			const member = { user_id: other.userId, rank: 4, joined_time: server.clock.now(), user_type: 0 };
			expect(await result(call(server, forcedGroupRoutes.member, query))).toEqual(member);

			const kick = { user_id: user.userId, group_id, user_to_kick: other.userId };
			await result(call(server, forcedGroupRoutes.kickMember, { token, params: kick }));
			await expectRefusal(getGroup(server, other, group_id), SERVER_ERRORS.NO_GROUP_ACCESS);
			await expectRefusal(call(server, forcedGroupRoutes.member, query), SERVER_ERRORS.NOT_A_MEMBER);
		},
	);

	it.each(["with keys", "without keys"])("add a plain group to a plain group %s", async (kind) => {
		const { server, user, token, group_id } = await ownBackend();
		const other = await newUser(server);
		const plain = await newGroup(server, other);
		const params = { user_id: user.userId, group_id, to_invite: plain };
		if (kind === "with keys") {
			const body = await keysFor(server, await openKeys(server, user, group_id), { group_id: plain });
			await result(call(server, forcedGroupRoutes.inviteGroupAuto, { token, params, body }));
			const pairs = await pairsOf(server, other, plain);
			expect(await openKeys(server, other, group_id, { through: plain, pairs })).toHaveLength(1);
		} else await result(call(server, forcedGroupRoutes.inviteLightGroupAuto, { token, params, body: {} }));
		expect(await result(getGroup(server, other, group_id, plain))).toMatchObject({ rank: 4 });
	});

	it("act with the rank and the access of the user that they name, and for users of the app only", async () => {
		const { server, user, token, group_id } = await ownBackend();
		const member = await newUser(server);
		await addUser(server, user, group_id, member, 4);
		const invite = (user_id: string, through?: string) => {
			const params = { user_id, group_id, to_invite: randomUUID() };
			const given = { token, params, body: {}, ...(through !== undefined && { through }) };
			return call(server, forcedGroupRoutes.inviteLightUserAuto, given);
		};
		await expectRefusal(invite(member.userId), SERVER_ERRORS.RANK_INSUFFICIENT);
		await expectRefusal(invite((await newUser(server)).userId), SERVER_ERRORS.NO_GROUP_ACCESS);
		await expectRefusal(invite("nobody"), SERVER_ERRORS.USER_NOT_FOUND);
		for (const route of [forcedGroupRoutes.createGroup, forcedGroupRoutes.createLightGroup]) {
			const body = crypto.prepareGroup({ creatorPublicKey: newest(user.userKeys).publicKey });
			const create = call(server, route, { token, params: { user_id: "nobody" }, body });
			await expectRefusal(create, SERVER_ERRORS.USER_NOT_FOUND);
		}
		// Through a group that the user belongs to.
		const access = (await doAs(server, member, lightGroupRoutes.createGroup, {})).group_id;
		const params = { user_id: user.userId, group_id, to_invite: access };
		await result(call(server, forcedGroupRoutes.inviteLightGroupAuto, { token, params, body: { rank: 2 } }));
		await result(invite(member.userId, access));
	});
});

describe("A.9 reset of users", () => {
	it("A.9.4 reset_user of a member: same user id, the group is readable, its keys are not", async () => {
		const server = await serveApi();
		const user = await newUser(server, "alice");
		const groupId = await newGroup(server, user);
		const body = crypto.prepareRegister({ identifier: "alice", password: "another password" });
		expect(await result(call(server, forcedRoutes.resetUser, { token: server.app.secretToken, body }))).toBe("Success");

		await expect(login(server, "alice")).rejects.toThrow("401/112");
		const after = await login(server, "alice", "another password");
		expect(after.userId).toBe(user.userId);
		const key = await result(call(server, userRoutes.userPublicKey, { params: { user_id: user.userId } }));
		expect(key.public_key_id).toBe(newest(after.userKeys).groupKeyId);

		const params = { group_id: groupId };
		const { keys, rank } = await result(call(server, groupRoutes.getGroup, { jwt: after.jwt, params }));
		expect(rank).toBe(0);
		const open = ({ privateKey }: { privateKey: string }): unknown[] =>
			crypto.openGroupKeys({ keys: keys.map((key) => ({ privateKey, key })) }).keys;
		expect(open(newest(user.userKeys))).toHaveLength(1);
		expect(open(newest(after.userKeys))).toEqual([]);
	});

	it("A.9.4 is repaired by a re-invite of the creator", async () => {
		const server = await serveApi();
		const [owner, user] = [await newUser(server), await newUser(server, "alice")];
		const group_id = await newGroup(server, owner);
		await addUser(server, owner, group_id, user);
		const body = crypto.prepareRegister({ identifier: "alice", password: "another password" });
		await result(call(server, forcedRoutes.resetUser, { token: server.app.secretToken, body }));
		const after = await login(server, "alice", "another password");
		await expect(openKeys(server, after, group_id)).rejects.toThrow("nobody here can open this key");
		const keys = await openKeys(server, owner, group_id);
		const params = { group_id, user_id: user.userId };
		await doAs(server, owner, inviteRoutes.reInviteUser, params, {
			body: await keysFor(server, keys, { user_id: params.user_id }),
		});
		expect(await openKeys(server, after, group_id)).toEqual(keys);
	});
});
