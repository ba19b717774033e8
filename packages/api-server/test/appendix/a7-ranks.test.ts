import { inviteRoutes, joinRequestRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { expectRefusal, result, serveApi } from "../support/api.js";
import { newGroup, newUser } from "../support/client.js";
import { addUser, callAs, doAs, getGroup, keysFor, openKeys } from "../support/sharing.js";

// One test per acceptance criterion of ranks and re-invites: the cases of protocol/http-api §12.4 and §12.6. Those of key rotation
// are in a4-a7-rotations.test.ts.

/** A group with a member of rank 2, and somebody who is none. */
async function ranks() {
	const server = await serveApi();
	const [owner, manager, user] = [await newUser(server), await newUser(server), await newUser(server)];
	const group_id = await newGroup(server, owner);
	await addUser(server, owner, group_id, manager, 2);
	return { server, owner, manager, user, group_id };
}

describe("A.7 ranks and re-invites", () => {
	it("A.7.1 an invite with rank 0 is 301; an auto invite with rank 2 works, and the rank is seen", async () => {
		const { server, owner, manager, user, group_id } = await ranks();
		const params = { group_id, user_id: user.userId };
		const body = await keysFor(server, await openKeys(server, owner, group_id), params, { rank: 0 });
		for (const route of [inviteRoutes.inviteUser, inviteRoutes.inviteUserAuto]) {
			await expectRefusal(callAs(server, owner, route, params, { body }), SERVER_ERRORS.RANK_INSUFFICIENT);
		}
		expect(await result(getGroup(server, manager, group_id))).toMatchObject({ rank: 2 });
	});

	it("A.7.2 a member with rank 2 does not invite with rank 1, but with rank 2", async () => {
		const { server, manager, user, group_id } = await ranks();
		const params = { group_id, user_id: user.userId };
		const keys = await openKeys(server, manager, group_id);
		const invite = async (rank: number) => {
			const body = await keysFor(server, keys, params, { rank });
			return callAs(server, manager, inviteRoutes.inviteUserAuto, params, { body });
		};
		await expectRefusal(invite(1), SERVER_ERRORS.RANK_INSUFFICIENT);
		await result(invite(2));
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 2 });
	});

	it("A.7.3 a join request is not accepted with rank 0, nor with rank 1 by a member with rank 2, but with rank 2", async () => {
		const { server, owner, manager, user, group_id } = await ranks();
		await doAs(server, user, joinRequestRoutes.send, { group_id });
		const params = { group_id, user_id: user.userId };
		const keys = await openKeys(server, owner, group_id);
		const accept = async (by: typeof owner, rank: number) => {
			const body = await keysFor(server, keys, params, { rank });
			return callAs(server, by, joinRequestRoutes.accept, params, { body });
		};
		await expectRefusal(accept(owner, 0), SERVER_ERRORS.RANK_INSUFFICIENT);
		await expectRefusal(accept(manager, 1), SERVER_ERRORS.RANK_INSUFFICIENT);
		await result(accept(manager, 2));
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 2 });
	});

	it("A.7.4 a member with rank 2 who is invited again without a rank keeps it, and its keys decrypt", async () => {
		const { server, owner, manager, group_id } = await ranks();
		const params = { group_id, user_id: manager.userId };
		const keys = await openKeys(server, owner, group_id);
		server.clock.advance(1);
		const body = await keysFor(server, keys, params);
		await doAs(server, owner, inviteRoutes.reInviteUser, params, { body });
		const group = await result(getGroup(server, manager, group_id));
		expect(group).toMatchObject({ rank: 2, joined_time: server.clock.now() });
		expect(await openKeys(server, manager, group_id)).toEqual(keys);
	});

	it("A.7.5 a member with rank 2 invites the creator again, who keeps rank 0", async () => {
		const { server, owner, manager, group_id } = await ranks();
		const params = { group_id, user_id: owner.userId };
		const keys = await openKeys(server, manager, group_id);
		const body = await keysFor(server, keys, params, { rank: 3 });
		await doAs(server, manager, inviteRoutes.reInviteUser, params, { body });
		expect(await result(getGroup(server, owner, group_id))).toMatchObject({ rank: 0 });
		expect(await openKeys(server, owner, group_id)).toEqual(keys);
	});
});
