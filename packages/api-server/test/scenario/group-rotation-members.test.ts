import { groupRotationRoutes, inviteRoutes, joinRequestRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { newest, newUser } from "../support/client.js";
import { rows } from "../support/database.js";
import {
	addUser,
	checkUpdate,
	finishGroupRotations,
	found,
	keysOf,
	keysOfSeatFor,
	kick,
	listGroupRotations,
	rotateGroup,
	type Seat,
	seat,
} from "../support/group-keys.js";
import { expectSoundDatabase } from "../support/invariants.js";

// Members that come and go while the keys are rotated. Jobs run when a test says so.

async function groupOfTwo() {
	const server = await startApi(undefined, undefined, { runJobs: false });
	const [alice, bob, carol] = [await newUser(server, "a"), await newUser(server, "b"), await newUser(server, "c")];
	const owner = await found(server, alice);
	// May invite, and does not know the new key.
	const member = await addUser(server, owner, bob, 2);
	const group = { group_id: owner.groupId };
	const give = async (
		route: typeof inviteRoutes.inviteUser | typeof inviteRoutes.reInviteUser | typeof joinRequestRoutes.accept,
		giver: Seat,
		userId = carol.userId,
	) => {
		const body = await keysOfSeatFor(server, giver, { user_id: userId });
		await result(call(server, route, { jwt: giver.user.jwt, params: { ...group, user_id: userId }, body }));
	};
	const invite = (inviter: Seat) => give(inviteRoutes.inviteUser, inviter);
	const accept = () => result(call(server, inviteRoutes.accept, { jwt: carol.jwt, params: group }));
	const reject = () => result(call(server, inviteRoutes.reject, { jwt: carol.jwt, params: group }));
	const askToJoin = () => result(call(server, joinRequestRoutes.send, { jwt: carol.jwt, params: group }));
	const entries = () => rows(server, "openRotations").map(({ memberId }) => memberId);
	const [carolsSeat, carolId] = [seat(carol, owner.groupId), carol.userId];
	return { server, owner, member, invite, accept, reject, askToJoin, give, entries, carol: carolsSeat, carolId };
}

async function expectSameKeys(server: Awaited<ReturnType<typeof startApi>>, seats: readonly Seat[]): Promise<void> {
	for (const one of seats) await finishGroupRotations(server, one);
	const [first] = seats;
	if (first === undefined) throw new Error("nobody");
	for (const one of seats) {
		expect(await keysOf(server, one)).toEqual(await keysOf(server, first));
		expect(await checkUpdate(server, one)).toMatchObject({ key_update: false });
	}
	expectSoundDatabase(server);
}

it("who accepts an invite that was open at the start finishes the rotation as members do", async () => {
	const { server, owner, member, invite, accept, carol, entries, carolId } = await groupOfTwo();
	await invite(owner);
	await rotateGroup(server, owner);
	await server.api.runJobs();
	expect(entries()).toContain(carolId);
	await accept();
	expect(await checkUpdate(server, carol)).toMatchObject({ key_update: true });
	expect(await listGroupRotations(server, carol)).toHaveLength(1);
	await expectSameKeys(server, [owner, member, carol]);
});

it("who was invited with the old key between start and job, and accepts before or after the job, gets the new one", async () => {
	for (const order of ["before", "after"]) {
		const { server, owner, member, invite, accept, carol } = await groupOfTwo();
		await rotateGroup(server, owner);
		await invite(member);
		if (order === "before") await accept();
		await server.api.runJobs();
		if (order === "after") await accept();
		await expectSameKeys(server, [owner, member, carol]);
	}
});

it("who rejects an invite during a rotation leaves nothing behind", async () => {
	for (const order of ["before", "after"]) {
		const { server, owner, member, invite, reject, entries, carolId } = await groupOfTwo();
		await invite(owner);
		await rotateGroup(server, owner);
		if (order === "before") await reject();
		await server.api.runJobs();
		if (order === "after") await reject();
		expect(entries()).not.toContain(carolId);
		expect(rows(server, "wrappedKeys").map(({ memberId }) => memberId)).not.toContain(carolId);
		await expectSameKeys(server, [owner, member]);
	}
});

it("who joins between start and job with the new key has no entry; with the old one, an entry", async () => {
	const { server, owner, member, askToJoin, give, carol, entries, carolId } = await groupOfTwo();
	await rotateGroup(server, owner);
	await askToJoin();
	await give(joinRequestRoutes.accept, member);
	const dave = await newUser(server, "d");
	const last = await addUser(server, owner, dave);
	await server.api.runJobs();
	expect(entries()).toContain(carolId);
	expect(entries()).not.toContain(dave.userId);
	await expectSameKeys(server, [owner, member, carol, last]);
});

it("a join request alone gets nothing", async () => {
	const { server, owner, member, askToJoin, entries, carolId } = await groupOfTwo();
	await askToJoin();
	await rotateGroup(server, owner);
	await server.api.runJobs();
	expect(entries()).not.toContain(carolId);
	await expectSameKeys(server, [owner, member]);
});

it("a member who is invited again during a rotation has each key once", async () => {
	for (const order of ["before", "after"]) {
		const { server, owner, member, give } = await groupOfTwo();
		await rotateGroup(server, owner);
		if (order === "after") await server.api.runJobs();
		await give(inviteRoutes.reInviteUser, owner, member.user.userId);
		await server.api.runJobs();
		await expectSameKeys(server, [owner, member]);
	}
});

it("who is removed between start and job gets no entry, and after the job loses it", async () => {
	for (const order of ["before", "after"]) {
		const { server, owner, member, entries } = await groupOfTwo();
		const keyId = await rotateGroup(server, owner);
		if (order === "after") await server.api.runJobs();
		await result(kick(server, owner, member.user.userId));
		await server.api.runJobs();
		expect(entries()).toEqual([]);
		const params = { group_id: owner.groupId, key_id: keyId };
		const body = { encrypted_new_group_key: "x", public_key_id: newest(member.pairs).id, encrypted_alg: "x" };
		const finish = call(server, groupRotationRoutes.finishKeyRotation, { jwt: member.user.jwt, params, body });
		await expectRefusal(finish, SERVER_ERRORS.NO_GROUP_ACCESS);
		await expectSameKeys(server, [owner]);
	}
});
