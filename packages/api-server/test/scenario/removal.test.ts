import {
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	joinRequestRoutes,
	lightGroupRoutes,
	memberRoutes,
	SERVER_ERRORS,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { FAILURES } from "../../src/failure.js";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newUser, type Session } from "../support/client.js";
import { rows } from "../support/database.js";
import {
	addGroup,
	addUser,
	checkUpdate,
	finishGroupRotations,
	forceGroup,
	found,
	foundChild,
	foundConnected,
	keysOf,
	keysOfSeatFor,
	kick,
	kickAndRotate,
	leave,
	readGroup,
	rotateGroup,
	rotationBody,
	type Seat,
	seatInChild,
	seatThrough,
	startRotation,
} from "../support/group-keys.js";

type Server = Awaited<ReturnType<typeof startApi>>;

/** Alice's group with bob and mallory in it. */
async function groupOfThree() {
	const server = await startApi();
	const [alice, bob, mallory] = await users(server, "alice", "bob", "mallory");
	const owner = await found(server, alice);
	return { server, owner, member: await addUser(server, owner, bob), mallory: await addUser(server, owner, mallory) };
}

async function users<Names extends readonly string[]>(server: Server, ...names: Names) {
	return Promise.all(names.map((name) => newUser(server, name))) as Promise<{ [Name in keyof Names]: Session }>;
}

/** The groups that are due, whether that can be seen or not. */
const dueGroups = (server: Server) =>
	rows(server, "groups").flatMap(({ id, rotationDue }) => (rotationDue === 1 ? [id] : []));

/** Does the seat see that a rotation is due? Both answers say the same. */
async function isDue(server: Server, seat: Seat): Promise<boolean> {
	const [group, update] = [await readGroup(server, seat), await checkUpdate(server, seat)];
	expect(group.rotation_due).toBe(update.rotation_due);
	return update.rotation_due ?? false;
}

describe("a removal with a rotation", () => {
	it("gives the new key to those who are left only", async () => {
		const { server, owner, member, mallory } = await groupOfThree();
		const [old] = await keysOf(server, owner);
		const removed = await result(kickAndRotate(server, owner, mallory.user.userId));
		expect(removed).toEqual({
			group_id: owner.groupId,
			key_id: (await readGroup(server, owner)).keys[0]?.group_key_id,
		});
		await expect(readGroup(server, mallory)).rejects.toThrow(String(SERVER_ERRORS.NO_GROUP_ACCESS.code));
		await server.api.runJobs();
		await finishGroupRotations(server, member);
		expect(await keysOf(server, member)).toEqual(await keysOf(server, owner));
		expect((await keysOf(server, owner))[1]).toBe(old);
		const holders = [rows(server, "wrappedKeys"), rows(server, "openRotations")].flat();
		expect(holders.map(({ memberId }) => memberId)).not.toContain(mallory.user.userId);
		expect(await isDue(server, owner)).toBe(false);
	});

	it("is one for ranks that may remove, and of whom they may", async () => {
		const { server, owner, member, mallory } = await groupOfThree();
		const { userId } = mallory.user;
		await expectRefusal(kickAndRotate(server, member, userId), SERVER_ERRORS.RANK_INSUFFICIENT);
		await expectRefusal(kickAndRotate(server, owner, owner.user.userId), SERVER_ERRORS.CREATOR_NOT_REMOVABLE);
		await expectRefusal(kickAndRotate(server, owner, owner.groupId), SERVER_ERRORS.NOT_A_MEMBER);
		expect(await keysOf(server, owner)).toHaveLength(1);
		expect(dueGroups(server)).toEqual([]);
	});

	it("removes the member although the rotation is refused, which is due from then on", async () => {
		const { server, owner, member, mallory } = await groupOfThree();
		const [carol] = await users(server, "carol");
		const manager = await addUser(server, owner, carol, 2);
		const [first] = await keysOf(server, owner);
		await rotateGroup(server, owner);
		const outdated = await result(kickAndRotate(server, owner, mallory.user.userId, { previousKey: first ?? "" }));
		expect(outdated).toMatchObject({ refused: { err_code: SERVER_ERRORS.GROUP_KEY_NOT_FOUND.code } });
		expect(outdated.key_id).toBeUndefined();
		expect(await isDue(server, owner)).toBe(true);
		expect(await keysOf(server, owner)).toHaveLength(2);

		await server.api.runJobs();
		await finishGroupRotations(server, manager);
		await server.api.apps.update(server.app.appId, { options: { min_rank_key_rotation: 1 } });
		const weak = await result(kickAndRotate(server, manager, member.user.userId));
		expect(weak).toMatchObject({ refused: { err_code: SERVER_ERRORS.RANK_INSUFFICIENT.code } });
		expect(await isDue(server, manager)).toBe(false);
		expect(rows(server, "members").map(({ memberId }) => memberId)).not.toContain(member.user.userId);

		await rotateGroup(server, owner);
		expect(await isDue(server, owner)).toBe(false);
	});

	it("does not rotate where the app allows no rotation, or nobody could use the new key", async () => {
		const { server, owner, member, mallory } = await groupOfThree();
		await server.api.apps.update(server.app.appId, { options: { group_key_rotation: 0 } });
		const forbidden = await result(kickAndRotate(server, owner, mallory.user.userId));
		expect(forbidden).toMatchObject({ refused: { err_code: SERVER_ERRORS.ENDPOINT_FORBIDDEN.code } });
		await server.api.apps.update(server.app.appId, { options: { group_key_rotation: 1 } });
		const body = { ...(await rotationBody(server, owner)), public_group_key: "damaged" };
		const params = { group_id: owner.groupId, user_id: member.user.userId };
		const useless = call(server, groupRotationRoutes.kickAndRotate, { jwt: owner.user.jwt, params, body });
		expect(await result(useless)).toMatchObject({ refused: { err_code: SERVER_ERRORS.PUBLIC_KEY_UNUSABLE.code } });
		expect(await keysOf(server, owner)).toHaveLength(1);
		expect(rows(server, "members").filter(({ groupId }) => groupId === owner.groupId)).toHaveLength(1);
	});

	it("is refused as a whole when it is no request", async () => {
		const { server, owner, mallory } = await groupOfThree();
		const params = { group_id: owner.groupId, user_id: mallory.user.userId };
		const nothing = call(server, groupRotationRoutes.kickAndRotate, { jwt: owner.user.jwt, params, body: {} });
		await expectRefusal(nothing, SERVER_ERRORS.INVALID_JSON);
		expect(await keysOf(server, mallory)).toHaveLength(1);
	});

	it("of oneself leaves the rotation to the others", async () => {
		const { server, owner } = await groupOfThree();
		const [carol] = await users(server, "carol");
		const manager = await addUser(server, owner, carol, 2);
		const removed = await result(kickAndRotate(server, manager, carol.userId));
		expect(removed).toMatchObject({ refused: { err_code: SERVER_ERRORS.NO_GROUP_ACCESS.code } });
		expect(await isDue(server, owner)).toBe(true);
	});

	it("is not counted in the month, nor is a rotation that was due; others are", async () => {
		const { server, owner, member, mallory } = await groupOfThree();
		await server.api.apps.update(server.app.appId, { options: { max_key_rotation_month: 1 } });
		await result(kickAndRotate(server, owner, mallory.user.userId));
		await rotateGroup(server, owner);
		await expectRefusal(startRotation(server, owner), SERVER_ERRORS.ROTATION_LIMIT);
		await result(kick(server, owner, member.user.userId));
		await rotateGroup(server, owner);
		await expectRefusal(startRotation(server, owner), SERVER_ERRORS.ROTATION_LIMIT);
		const again = await addUser(server, owner, member.user);
		expect(await result(kickAndRotate(server, owner, again.user.userId))).toMatchObject({ key_id: expect.any(String) });
	});
});

describe("a rotation is due", () => {
	it("after a removal without one and after leaving, for those who may start it", async () => {
		const { server, owner, member, mallory } = await groupOfThree();
		expect(await isDue(server, owner)).toBe(false);
		await result(kick(server, owner, mallory.user.userId));
		for (const seat of [owner, member]) expect(await isDue(server, seat)).toBe(true);
		await rotateGroup(server, member);
		for (const seat of [owner, member]) expect(await isDue(server, seat)).toBe(false);
		await server.api.apps.update(server.app.appId, { options: { min_rank_key_rotation: 3 } });
		const [carol] = await users(server, "carol");
		const left = await addUser(server, owner, carol);
		await result(leave(server, left));
		expect(await isDue(server, owner)).toBe(true);
		expect(await isDue(server, member)).toBe(false);
	});

	it("not after an invite was rejected, or a member was invited again", async () => {
		const { server, owner, member } = await groupOfThree();
		const [carol] = await users(server, "carol");
		const params = { group_id: owner.groupId };
		const invite = async (route: typeof inviteRoutes.inviteUser | typeof inviteRoutes.reInviteUser, userId: string) => {
			const body = await keysOfSeatFor(server, owner, { user_id: userId });
			await result(call(server, route, { jwt: owner.user.jwt, params: { ...params, user_id: userId }, body }));
		};
		await invite(inviteRoutes.inviteUser, carol.userId);
		await result(call(server, inviteRoutes.reject, { jwt: carol.jwt, params }));
		await invite(inviteRoutes.reInviteUser, member.user.userId);
		expect(dueGroups(server)).toEqual([]);
	});

	it("not in a group without keys", async () => {
		const server = await startApi();
		const [alice, bob] = await users(server, "alice", "bob");
		const { jwt } = alice;
		const { group_id } = await result(call(server, lightGroupRoutes.createGroup, { jwt }));
		const params = { group_id, user_id: bob.userId };
		await result(call(server, lightGroupRoutes.inviteUserAuto, { jwt, params, body: {} }));
		await result(call(server, memberRoutes.kickMember, { jwt, params }));
		expect(dueGroups(server)).toEqual([]);
	});

	it("also after the account of a member was deleted", async () => {
		const { server, owner, mallory } = await groupOfThree();
		const child = await foundChild(server, owner);
		await result(call(server, userRoutes.deleteUser, { jwt: mallory.user.jwt }));
		expect(dueGroups(server).sort()).toEqual([owner.groupId, child.groupId].sort());
	});
});

describe("what the removed member reached", () => {
	/**
	 * A group of alice's and one of bob's; the first has a child with a child, and is with the second in a connected group, which has a
	 * child, too. Mallory is in the first.
	 */
	async function tree() {
		const server = await startApi();
		const [alice, bob, mallory] = await users(server, "alice", "bob", "mallory");
		const top = await found(server, alice);
		const removed = await addUser(server, top, mallory);
		const child = await foundChild(server, top);
		const grandchild = await foundChild(server, child);
		const connected = await foundConnected(server, child);
		const connectedChild = await foundChild(server, connected);
		const other = await found(server, bob);
		await addGroup(server, connected, other);
		const all = [top, child, grandchild, connected, connectedChild];
		return { server, alice, bob, mallory, removed, top, child, grandchild, connected, connectedChild, other, all };
	}

	it("is due with the group: descendants, connected groups and theirs, no other ones", async () => {
		const { server, top, mallory, other, all } = await tree();
		await result(kick(server, top, mallory.userId));
		expect(dueGroups(server).sort()).toEqual(all.map(({ groupId }) => groupId).sort());
		expect(await isDue(server, other)).toBe(false);
	});

	it("is rotated from the top: a group is due when those that it is wrapped for are not", async () => {
		const { server, top, mallory, all } = await tree();
		await result(kickAndRotate(server, top, mallory.userId));
		const { child, grandchild, connected, connectedChild } = await treeAgain(server, top, all);
		expect(await isDue(server, child)).toBe(true);
		for (const seat of [grandchild, connected, connectedChild]) expect(await isDue(server, seat)).toBe(false);
		await rotateGroup(server, child);
		const next = await treeAgain(server, top, all);
		expect(await isDue(server, next.connectedChild)).toBe(false);
		for (const seat of [next.grandchild, next.connected]) {
			expect(await isDue(server, seat)).toBe(true);
			await rotateGroup(server, seat);
			expect(await isDue(server, seat)).toBe(false);
		}
		const last = await treeAgain(server, top, all);
		await rotateGroup(server, last.connectedChild);
		expect(dueGroups(server)).toEqual([]);
	});

	it("stays due when the new key was wrapped by an old one of the parent", async () => {
		const { server, top, mallory, child } = await tree();
		await result(kickAndRotate(server, top, mallory.userId));
		await rotateGroup(server, child);
		expect(dueGroups(server)).toContain(child.groupId);
		await rotateGroup(server, await seatInChild(server, top, child.groupId));
		expect(dueGroups(server)).not.toContain(child.groupId);
	});

	it("stays due when it was rotated before the group above", async () => {
		const { server, top, mallory, child } = await tree();
		await result(kick(server, top, mallory.userId));
		await rotateGroup(server, child);
		expect(dueGroups(server)).toContain(child.groupId);
		await server.api.apps.update(server.app.appId, { options: { max_key_rotation_month: 1 } });
		await expectRefusal(startRotation(server, child), SERVER_ERRORS.ROTATION_LIMIT);
	});

	it("is not due where the removed one stays otherwise", async () => {
		const { server, top, mallory, child, grandchild, connected, connectedChild } = await tree();
		await addUser(server, child, mallory);
		await result(kick(server, top, mallory.userId));
		expect(dueGroups(server)).toEqual([top.groupId]);
		await result(kick(server, child, mallory.userId));
		const reached = [top, child, grandchild, connected, connectedChild].map(({ groupId }) => groupId);
		expect(dueGroups(server).sort()).toEqual(reached.sort());
	});

	it("is not due when the removed one is still in the parent", async () => {
		const { server, mallory, child } = await tree();
		const direct = await addUser(server, child, mallory);
		await result(leave(server, direct));
		expect(dueGroups(server)).toEqual([]);
	});

	it("is due when a group leaves a connected one", async () => {
		const { server, other, connected, connectedChild, child } = await tree();
		await result(leave(server, await seatThrough(server, other, connected.groupId)));
		expect(dueGroups(server).sort()).toEqual([connected.groupId, connectedChild.groupId].sort());
		expect(await isDue(server, connected)).toBe(true);
		expect(await isDue(server, child)).toBe(false);
	});

	it("is due when a member group is deleted", async () => {
		const { server, other, connected, connectedChild } = await tree();
		const params = { group_id: other.groupId };
		await result(call(server, groupRoutes.deleteGroup, { jwt: other.user.jwt, params }));
		expect(dueGroups(server).sort()).toEqual([connected.groupId, connectedChild.groupId].sort());
	});

	it("is never a group that is a member of what it has as a member: neither could be rotated before the other", async () => {
		const { server, top, child, connected, other } = await tree();
		await forceGroup(server, top, other);
		const circles = [
			[other, top],
			[other, child],
			[top, child],
			[other, connected],
			[top, top],
		] as const;
		for (const [group, member] of circles) {
			await expect(forceGroup(server, group, member)).rejects.toThrow(String(SERVER_ERRORS.GROUP_NOT_CONNECTABLE.code));
		}
	});

	it("nor one by an invite, a join request or a force that came first", async () => {
		const { server, top, bob, connected } = await tree();
		const outer = await found(server, bob);
		const params = { group_id: connected.groupId, invited_group_id: outer.groupId };
		const asked = { group_id: outer.groupId, group_id_to_join: connected.groupId };
		const { through = "" } = connected;
		await result(call(server, joinRequestRoutes.sendForGroup, { jwt: bob.jwt, params: asked }));
		await forceGroup(server, outer, connected);
		const body = await keysOfSeatFor(server, connected, { group_id: outer.groupId });
		const accepting = { group_id: connected.groupId, user_id: outer.groupId };
		const accept = call(server, joinRequestRoutes.accept, { jwt: top.user.jwt, through, params: accepting, body });
		await expectRefusal(accept, FAILURES.GROUPS_IN_A_CIRCLE);
		await result(call(server, inviteRoutes.inviteGroup, { jwt: top.user.jwt, through, params, body }));
		const answering = { group_id: outer.groupId, inviting_group_id: connected.groupId };
		const answer = call(server, inviteRoutes.acceptForGroup, { jwt: bob.jwt, params: answering });
		await expectRefusal(answer, FAILURES.GROUPS_IN_A_CIRCLE);
	});
});

/** The seats of a tree, with the keys that their groups have now. */
async function treeAgain(server: Server, top: Seat, [, a, b, c, d]: readonly Seat[]) {
	if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("no tree");
	const child = await seatInChild(server, top, a.groupId);
	const grandchild = await seatInChild(server, child, b.groupId);
	const connected = await seatThrough(server, child, c.groupId);
	return { child, grandchild, connected, connectedChild: await seatInChild(server, connected, d.groupId) };
}
