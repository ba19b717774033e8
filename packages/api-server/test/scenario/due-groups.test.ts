import {
	groupRotationRoutes,
	inviteRoutes,
	joinRequestRoutes,
	memberRoutes,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newUser } from "../support/client.js";
import { rows, withDatabase } from "../support/database.js";
import { FIRST_PAGE } from "../support/devices.js";
import {
	addGroup,
	addUser,
	forceGroup,
	found,
	foundChild,
	foundConnected,
	keysOfSeatFor,
	kick,
	kickAndRotate,
	rotateGroup,
	type Seat,
	seatInChild,
	seatThrough,
} from "../support/group-keys.js";

type Server = Awaited<ReturnType<typeof startApi>>;

const listDue = (server: Server, { user, groupId, through }: Seat, after = FIRST_PAGE) => {
	const params = { group_id: groupId, ...after };
	return call(server, groupRotationRoutes.listDueGroups, { jwt: user.jwt, params, ...(through && { through }) });
};

/** The ids, and through which group each is reached. */
async function dueBelow(server: Server, seat: Seat): Promise<(string | undefined)[][]> {
	const due = await result(listDue(server, seat));
	return due.map(({ group_id, group_as_member }) => [group_id, ...(group_as_member ? [group_as_member] : [])]);
}

/** Alice's group, in which mallory and bob are, too. */
async function group() {
	const server = await startApi();
	const [alice, bob, mallory] = [
		await newUser(server, "alice"),
		await newUser(server, "bob"),
		await newUser(server, "mallory"),
	];
	const top = await found(server, alice);
	await addUser(server, top, mallory);
	return { server, alice, bob, mallory, top, bobs: await addUser(server, top, bob) };
}

describe("the list of the groups below that are due", () => {
	it("names each when those above are done, and how it is reached", async () => {
		const { server, top, mallory } = await group();
		const child = await foundChild(server, top);
		const grandchild = await foundChild(server, child);
		const connected = await foundConnected(server, child);
		const below = await foundChild(server, connected);
		await foundChild(server, await found(server, top.user));
		expect(await dueBelow(server, top)).toEqual([]);
		await result(kick(server, top, mallory.userId));
		expect(await dueBelow(server, top)).toEqual([]);
		await rotateGroup(server, top);
		expect(await dueBelow(server, top)).toEqual([[child.groupId]]);
		const again = await seatInChild(server, top, child.groupId);
		await rotateGroup(server, again);
		expect(await dueBelow(server, top)).toEqual([[grandchild.groupId], [connected.groupId, child.groupId]]);
		expect(await dueBelow(server, again)).toEqual(await dueBelow(server, top));
		const through = await seatThrough(server, again, connected.groupId);
		await rotateGroup(server, through);
		expect(await dueBelow(server, top)).toEqual([[grandchild.groupId], [below.groupId, child.groupId]]);
		expect(await dueBelow(server, through)).toEqual([[below.groupId, child.groupId]]);
	});

	it("has those that the caller may rotate, by the rank in each", async () => {
		const { server, top, mallory, bob, bobs } = await group();
		const child = await foundChild(server, top);
		const [shared, other] = [await foundConnected(server, child), await foundChild(server, top)];
		const own = await found(server, bob);
		await addGroup(server, shared, own, 3);
		await addUser(server, child, bob, 2);
		await result(kickAndRotate(server, top, mallory.userId));
		expect(await dueBelow(server, bobs)).toEqual([[child.groupId], [other.groupId]]);
		await server.api.apps.update(server.app.appId, { options: { min_rank_key_rotation: 2 } });
		expect(await dueBelow(server, bobs)).toEqual([[child.groupId]]);
		await rotateGroup(server, await seatInChild(server, top, child.groupId));
		expect(await dueBelow(server, bobs)).toEqual([[shared.groupId, child.groupId]]);
		expect(await dueBelow(server, { ...own, groupId: own.groupId })).toEqual([]);
	});

	it("is for whoever reaches the group", async () => {
		const { server, top, mallory } = await group();
		const child = await foundChild(server, top);
		await result(kickAndRotate(server, top, mallory.userId));
		await expectRefusal(listDue(server, { ...top, user: mallory }), SERVER_ERRORS.NO_GROUP_ACCESS);
		await expectRefusal(listDue(server, { ...child, user: mallory }), SERVER_ERRORS.NO_GROUP_ACCESS);
	});

	it("comes page by page", async () => {
		const { server, top } = await group();
		const ids = Array.from({ length: 120 }, (_, index) => `id-${String((index * 37) % 120).padStart(3, "0")}`);
		withDatabase(server, (db) => {
			const insertGroup = db.prepare(
				`insert into "groups" ("id", "appId", "parentId", "type", "isConnected", "inviteAllowed", "createdAt", "rotationDue")
				values (?, ?, ?, 0, 0, 1, ?, 1)`,
			);
			const insertMember = db.prepare(
				`insert into "members" ("groupId", "memberId", "rank", "type", "joinedAt") values (?, ?, 0, 1, 0)`,
			);
			for (const [index, id] of ids.entries()) {
				insertGroup.run([id, server.app.appId, top.groupId, Math.floor(index / 7)]);
				insertMember.run([id, top.groupId]);
			}
		});
		const pages: string[][] = [];
		for (let after = FIRST_PAGE; ; ) {
			const page = await result(listDue(server, top, after));
			pages.push(page.map(({ group_id }) => group_id));
			const last = page.at(-1);
			if (last === undefined) break;
			after = { last_time: `${last.time}`, last_id: last.group_id };
		}
		expect(pages.map(({ length }) => length)).toEqual([50, 50, 20, 0]);
		expect(pages.flat().sort()).toEqual([...ids].sort());
	});
});

describe("a group that others made a member of theirs", () => {
	/** A connected group of bob's, and its child. */
	async function foreign() {
		const world = await group();
		const { server, bob } = world;
		const shared = await foundConnected(server, await found(server, bob));
		return { ...world, shared, child: await foundChild(server, shared) };
	}

	it("is not led into it by a removal, which marks it for those whose it is", async () => {
		const { server, top, mallory, shared, child } = await foreign();
		await addGroup(server, shared, top);
		await result(kickAndRotate(server, top, mallory.userId));
		const marked = rows(server, "groups").flatMap(({ id, rotationDue }) => (rotationDue === 1 ? [id] : []));
		expect(marked.sort()).toEqual([shared.groupId, child.groupId].sort());
		expect(await dueBelow(server, top)).toEqual([]);
		await rotateGroup(server, shared);
		expect(await dueBelow(server, shared)).toEqual([[child.groupId, shared.through]]);
	});

	it("goes there when it had a say: it accepted, it asked, an admin of both or the app put it there", async () => {
		const { server, top, mallory, bob, shared, child } = await foreign();
		const { jwt } = top.user;
		const params = { group_id: shared.groupId, invited_group_id: top.groupId };
		const { through = "" } = shared;
		const body = await keysOfSeatFor(server, shared, { group_id: top.groupId });
		const ways: Record<string, () => Promise<unknown>> = {
			"an invite": async () => {
				await result(call(server, inviteRoutes.inviteGroup, { jwt: bob.jwt, through, params, body }));
				const invited = { group_id: top.groupId, inviting_group_id: shared.groupId };
				await result(call(server, inviteRoutes.acceptForGroup, { jwt, params: invited }));
			},
			"a join request": async () => {
				const asked = { group_id: top.groupId, group_id_to_join: shared.groupId };
				await result(call(server, joinRequestRoutes.sendForGroup, { jwt, params: asked }));
				const accepted = { group_id: shared.groupId, user_id: top.groupId };
				await result(call(server, joinRequestRoutes.accept, { jwt: bob.jwt, through, params: accepted, body }));
			},
			"an admin of both": async () => {
				const change = { changed_user_id: bob.userId, new_rank: 1 };
				await result(call(server, memberRoutes.changeRank, { jwt, params: { group_id: top.groupId }, body: change }));
				await addGroup(server, shared, top);
			},
			"the app": () => forceGroup(server, shared, top),
		};
		for (const [way, join] of Object.entries(ways)) {
			await join();
			await result(kickAndRotate(server, top, mallory.userId));
			expect(await dueBelow(server, top), way).toEqual([[shared.groupId, top.groupId]]);
			await rotateGroup(server, shared);
			await rotateGroup(server, await seatInChild(server, shared, child.groupId));
			await result(kick(server, shared, top.groupId));
			await rotateGroup(server, shared);
			await rotateGroup(server, await seatInChild(server, shared, child.groupId));
			await addUser(server, top, mallory);
		}
	});
});
