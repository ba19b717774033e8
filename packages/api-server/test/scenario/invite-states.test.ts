import { randomUUID } from "node:crypto";
import {
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { expectRefusal, result, startApi } from "../support/api.js";
import { newGroup, newUser, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import { FIRST_PAGE } from "../support/devices.js";
import { expectSoundDatabase } from "../support/invariants.js";
import { pairIn } from "../support/pair.js";
import { callAs, doAs, getGroup, uselessKeys } from "../support/sharing.js";

// The table of protocol/http-api §17.1, row by row.

describe("somebody who is neither a member nor invited", () => {
	it("is invited: the invite waits with its keys", async () => {
		const { invite, stored } = await pairIn("none");
		await result(invite());
		expect(stored()).toEqual(["invite", 1]);
	});

	it("asks to join: the request waits", async () => {
		const { ask, stored } = await pairIn("none");
		await result(ask());
		expect(stored()).toEqual(["join request", 0]);
	});

	it("is invited at once: becomes a member with keys", async () => {
		const { inviteAuto, stored } = await pairIn("none");
		await result(inviteAuto());
		expect(stored()).toEqual(["member", 1]);
	});

	it("accepts and rejects nothing", async () => {
		const { accept, reject, acceptRequest, rejectRequest, takeBack, stored } = await pairIn("none");
		for (const answer of [accept, reject]) await expectRefusal(answer(), SERVER_ERRORS.INVITE_NOT_FOUND);
		await expectRefusal(acceptRequest(), SERVER_ERRORS.JOIN_REQUEST_NOT_FOUND);
		for (const answer of [rejectRequest, takeBack]) expect(await result(answer())).toBe("Success");
		expect(stored()).toEqual(["none", 0]);
	});
});

describe("somebody who is invited", () => {
	it("is not invited again, in no way: 302 with HTTP 200, and nothing changes", async () => {
		const { invite, inviteAuto, stored } = await pairIn("invite");
		for (const again of [invite, inviteAuto]) await expectRefusal(again(), SERVER_ERRORS.ALREADY_INVITED);
		expect(stored()).toEqual(["invite", 1]);
	});

	it("accepts: becomes a member with the rank of the invite, and cannot accept twice", async () => {
		const { server, user, group_id, accept, stored } = await pairIn("invite");
		await result(accept());
		expect(stored()).toEqual(["member", 1]);
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 3 });
		await expectRefusal(accept(), SERVER_ERRORS.INVITE_NOT_FOUND);
	});

	it("rejects: the invite goes with its keys", async () => {
		const { reject, stored } = await pairIn("invite");
		await result(reject());
		expect(stored()).toEqual(["none", 0]);
	});

	it("asks to join: nothing changes, and the invite can be accepted", async () => {
		const { ask, accept, stored } = await pairIn("invite");
		await result(ask());
		expect(stored()).toEqual(["invite", 1]);
		await result(accept());
	});

	it("keeps the invite when a join request is rejected or taken back", async () => {
		const { rejectRequest, takeBack, acceptRequest, stored } = await pairIn("invite");
		for (const answer of [rejectRequest, takeBack]) await result(answer());
		await expectRefusal(acceptRequest(), SERVER_ERRORS.JOIN_REQUEST_NOT_FOUND);
		expect(stored()).toEqual(["invite", 1]);
	});

	it("is no member yet: is neither kicked nor leaves, and accepts while invites are stopped", async () => {
		const { server, owner, group_id, kick, leave, accept, stored } = await pairIn("invite");
		await expectRefusal(kick(), SERVER_ERRORS.NOT_A_MEMBER);
		await expectRefusal(leave(), SERVER_ERRORS.NO_GROUP_ACCESS);
		await doAs(server, owner, groupRoutes.toggleInvites, { group_id });
		await result(accept());
		expect(stored()).toEqual(["member", 1]);
	});
});

describe("somebody who asked to join", () => {
	it("asks again: nothing changes", async () => {
		const { server, ask, stored } = await pairIn("join request");
		const [before] = rows(server, "pendingMembers");
		server.clock.advance(1);
		await result(ask());
		expect(rows(server, "pendingMembers")).toEqual([before]);
		expect(stored()).toEqual(["join request", 0]);
	});

	it("is accepted: becomes a member with keys and the rank of the answer, also while invites are stopped", async () => {
		const { server, owner, user, group_id, acceptRequest, stored } = await pairIn("join request");
		await doAs(server, owner, groupRoutes.toggleInvites, { group_id });
		await result(acceptRequest());
		expect(stored()).toEqual(["member", 1]);
		expect(await result(getGroup(server, user, group_id))).toMatchObject({ rank: 3 });
		await expectRefusal(acceptRequest(), SERVER_ERRORS.ALREADY_MEMBER);
	});

	it.each(["rejectRequest", "takeBack"] as const)("is in no list any more after %s", async (end) => {
		const world = await pairIn("join request");
		await result(world[end]());
		expect(world.stored()).toEqual(["none", 0]);
		await expectRefusal(world.acceptRequest(), SERVER_ERRORS.JOIN_REQUEST_NOT_FOUND);
	});

	it("is invited: the request becomes an invite, which can be accepted", async () => {
		const { server, user, group_id, invite, accept, stored } = await pairIn("join request");
		await result(invite());
		expect(stored()).toEqual(["invite", 1]);
		expect(await doAs(server, user, inviteRoutes.listInvites, FIRST_PAGE)).toMatchObject([{ group_id }]);
		expect(await doAs(server, user, joinRequestRoutes.listSent, FIRST_PAGE)).toEqual([]);
		await result(accept());
		expect(stored()).toEqual(["member", 1]);
	});

	it("is invited at once: becomes a member, and the request is gone", async () => {
		const { inviteAuto, stored } = await pairIn("join request");
		await result(inviteAuto());
		expect(stored()).toEqual(["member", 1]);
	});

	it("answers no invite: there is none", async () => {
		const { accept, reject, stored } = await pairIn("join request");
		for (const answer of [accept, reject]) await expectRefusal(answer(), SERVER_ERRORS.INVITE_NOT_FOUND);
		expect(stored()).toEqual(["join request", 0]);
	});
});

describe("a member", () => {
	it.each(["invite", "inviteAuto", "ask", "acceptRequest"] as const)("is a member already: %s is 302", async (way) => {
		const world = await pairIn("member");
		await expectRefusal(world[way](), SERVER_ERRORS.ALREADY_MEMBER);
		expect(world.stored()).toEqual(["member", 1]);
	});

	it.each(["leave", "kick"] as const)("goes with its keys and open rotations: %s", async (way) => {
		const world = await pairIn("member");
		const { server, user } = world;
		await result(world[way]());
		expect(world.stored()).toEqual(["none", 0]);
		expect(rows(server, "openRotations").filter((row) => row["memberId"] === user.userId)).toEqual([]);
	});
});

describe("a re-invite", () => {
	/** A member with rank 3 and one key, and another one with a rank. */
	async function withMember(rank: number) {
		const world = await pairIn("member");
		const { server, owner, group_id, user } = world;
		const inviter = await newUser(server);
		const params = { group_id, user_id: inviter.userId };
		await doAs(server, owner, inviteRoutes.inviteUserAuto, params, { body: { ...world.body, rank } });
		const reInvite = (by: Session, body: object = world.body, user_id = user.userId) =>
			callAs(server, by, inviteRoutes.reInviteUser, { group_id, user_id }, { body });
		return { ...world, inviter, reInvite };
	}

	it.each([3, 4])("by a member with rank %i removes nobody: 301", async (rank) => {
		const { inviter, reInvite, stored } = await withMember(rank);
		await expectRefusal(reInvite(inviter), SERVER_ERRORS.RANK_INSUFFICIENT);
		expect(stored()).toEqual(["member", 1]);
	});

	it("without keys, with too many, with keys of another group or while invites are stopped removes nobody", async () => {
		const { server, owner, group_id, body, reInvite, stored } = await withMember(2);
		const [key] = body.keys;
		await expectRefusal(reInvite(owner, { ...body, keys: [] }), SERVER_ERRORS.NO_KEYS);
		await expectRefusal(reInvite(owner, { ...body, keys: Array(101).fill(key) }), SERVER_ERRORS.TOO_MANY_KEYS);
		const foreign = [{ ...key, key_id: "none" }];
		await expectRefusal(reInvite(owner, { ...body, keys: foreign }), FAILURES.WRAPPED_KEY_UNKNOWN);
		await doAs(server, owner, groupRoutes.toggleInvites, { group_id });
		await expectRefusal(reInvite(owner), SERVER_ERRORS.INVITES_STOPPED);
		expect(stored()).toEqual(["member", 1]);
	});

	it("of somebody who is no member is 320, also of who is invited or reaches the group via a parent", async () => {
		const { server, owner, group_id, body, reInvite } = await withMember(2);
		await expectRefusal(reInvite(owner, body, "nobody"), SERVER_ERRORS.RE_INVITE_NOT_A_MEMBER);
		const invited = randomUUID();
		await doAs(server, owner, lightGroupRoutes.inviteUser, { group_id, user_id: invited }, { body: {} });
		await expectRefusal(reInvite(owner, body, invited), SERVER_ERRORS.RE_INVITE_NOT_A_MEMBER);
		const child = await doAs(server, owner, lightGroupRoutes.createChildGroup, { group_id });
		const params = { ...child, user_id: owner.userId };
		const again = callAs(server, owner, inviteRoutes.reInviteUser, params, { body });
		await expectRefusal(again, SERVER_ERRORS.RE_INVITE_NOT_A_MEMBER);
	});

	it("replaces all keys, and keeps rank and type, whatever it sends", async () => {
		const { server, owner, user, group_id, body, reInvite, stored } = await withMember(2);
		server.clock.advance(7);
		const keys = body.keys.map((key) => ({ ...key, encrypted_group_key: "anew" }));
		await result(reInvite(owner, { ...body, keys, rank: 9 }));
		expect(stored()).toEqual(["member", 1]);
		const group = await result(getGroup(server, user, group_id));
		expect(group).toMatchObject({ rank: 3, joined_time: server.clock.now() });
		expect(group.keys.map((key) => key.encrypted_group_key)).toEqual(["anew"]);
	});

	it("of a parent keeps it the parent, and needs the secret token where the groups are not connected", async () => {
		const server = await startApi();
		const owner = await newUser(server);
		const parent = await newGroup(server, owner);
		const { group_id } = await doAs(server, owner, lightGroupRoutes.createChildGroup, { group_id: parent });
		const params = { group_id, invited_group_id: parent };
		const body = uselessKeys(["none"]);
		const publicly = callAs(server, owner, inviteRoutes.reInviteGroup, params, { body });
		await expectRefusal(publicly, SERVER_ERRORS.GROUP_NOT_CONNECTABLE);
		const token = server.app.secretToken;
		const unknown = callAs(server, owner, inviteRoutes.reInviteGroupForce, params, { body, token });
		await expectRefusal(unknown, FAILURES.WRAPPED_KEY_UNKNOWN);
		expect(rows(server, "members").filter((row) => row["groupId"] === group_id)).toMatchObject([
			{ memberId: parent, type: 1, rank: 0 },
		]);
		expectSoundDatabase(server);
	});
});
