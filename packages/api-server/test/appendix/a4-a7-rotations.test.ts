import { setTimeout as sleep } from "node:timers/promises";
import { groupRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, serveApi } from "../support/api.js";
import { crypto, login, newest, newUser } from "../support/client.js";
import { rotate } from "../support/devices.js";
import {
	addGroup,
	addUser,
	checkUpdate,
	finishGroupRotations,
	found,
	foundChild,
	foundConnected,
	keysOf,
	listGroupRotations,
	pairsOf,
	readGroup,
	rotateGroup,
	type Seat,
	seat,
	seatInChild,
	startRotation,
} from "../support/group-keys.js";

// The acceptance criteria of A.4, A.5 and A.7 that are about key rotation: the cases of protocol/http-api §12.7 and §14.

type Server = Awaited<ReturnType<typeof serveApi>>;

/** Finishes what waits for the seat: one rotation, after which it has the keys of the starter. */
async function expectReached(server: Server, member: Seat, starter: Seat): Promise<void> {
	await server.api.runJobs();
	expect(await checkUpdate(server, member)).toMatchObject({ key_update: true });
	expect(await listGroupRotations(server, member)).toHaveLength(1);
	await finishGroupRotations(server, member);
	expect(await keysOf(server, member)).toEqual(await keysOf(server, starter));
	expect(await checkUpdate(server, member)).toMatchObject({ key_update: false });
}

describe("a rotation of a group", () => {
	async function groupOfTwo() {
		const server = await serveApi();
		const [alice, bob] = [await newUser(server, "alice"), await newUser(server, "bob")];
		const owner = await found(server, alice);
		return { server, alice, bob, owner, member: await addUser(server, owner, bob) };
	}

	it("A.4.16 gives the starter two keys at once, and another member one entry, by which it gets the new one", async () => {
		const { server, owner, member } = await groupOfTwo();
		const keyId = await rotateGroup(server, owner);
		expect(await keysOf(server, owner)).toHaveLength(2);
		expect(await keysOf(server, member)).toHaveLength(1);
		await expectReached(server, member, owner);
		const params = { group_id: member.groupId, key_id: keyId };
		const key = await result(call(server, groupRoutes.groupKey, { jwt: member.user.jwt, params }));
		expect(key).toMatchObject({ group_key_id: keyId, user_public_key_id: newest(member.pairs).id });
	});

	it("A.4.17 two keys are listed page by page: after the first comes the other one", async () => {
		const { server, owner } = await groupOfTwo();
		await rotateGroup(server, owner);
		const [first, second] = (await readGroup(server, owner)).keys;
		const params = { group_id: owner.groupId, last_time: String(first?.time), last_id: first?.group_key_id ?? "" };
		const next = await result(call(server, groupRoutes.listGroupKeys, { jwt: owner.user.jwt, params }));
		expect(next).toEqual([second]);
	});

	it("A.4.18 a user who is invited after it gets both keys", async () => {
		const { server, owner } = await groupOfTwo();
		await rotateGroup(server, owner);
		const late = await addUser(server, owner, await newUser(server, "late"));
		expect(await keysOf(server, late)).toEqual(await keysOf(server, owner));
	});

	it("A.4.22 in a child, started by way of the parent: a direct member of the child finishes it", async () => {
		const { server, owner, bob } = await groupOfTwo();
		const child = await foundChild(server, owner);
		const direct = await addUser(server, child, await newUser(server, "direct"));
		await rotateGroup(server, child);
		await expectReached(server, direct, child);
		const others = await seatInChild(server, seat(bob, owner.groupId), child.groupId);
		expect(await keysOf(server, others)).toEqual(await keysOf(server, child));
	});

	it("A.4.23 in a child, started by a direct member: the parent gets it by its newest key", async () => {
		const { server, owner } = await groupOfTwo();
		const child = await foundChild(server, owner);
		const direct = await addUser(server, child, await newUser(server, "direct"));
		await rotateGroup(server, owner);
		await rotateGroup(server, direct);
		await server.api.runJobs();
		const byParent = await seatInChild(server, owner, child.groupId);
		const [entry] = await listGroupRotations(server, byParent);
		expect(entry?.encrypted_eph_key_key_id).toBe(newest(await pairsOf(server, owner)).id);
		await expectReached(server, byParent, direct);
	});

	it("A.4.24 gives a member with two generations of user keys one entry, for the newest", async () => {
		const { server, owner, bob } = await groupOfTwo();
		const member = seat(await rotate(server, bob), owner.groupId);
		expect(member.pairs).toHaveLength(2);
		await rotateGroup(server, owner);
		await server.api.runJobs();
		const [entry] = await listGroupRotations(server, member);
		expect(entry?.encrypted_eph_key_key_id).toBe(newest(member.pairs).id);
		await expectReached(server, member, owner);
	});

	it("A.5.8 A.5.9 of a connected group reaches direct members and member groups, each by one entry", async () => {
		const { server, owner } = await groupOfTwo();
		const connected = await foundConnected(server, owner);
		const [carol, dave] = [await newUser(server, "carol"), await newUser(server, "dave")];
		const direct = await addUser(server, connected, carol);
		const other = await found(server, dave);
		await rotateGroup(server, other);
		const byGroup = await addGroup(server, connected, other);
		expect(byGroup.pairs).toHaveLength(2);
		await rotateGroup(server, connected);
		await expectReached(server, direct, connected);
		await expectReached(server, byGroup, connected);
	});

	it("A.7.6 that is signed carries the signer, and others verify it or don't", async () => {
		const { server, owner, member, alice } = await groupOfTwo();
		const { userId } = alice;
		const { signKey, groupKeyId: signKeyId, exportedVerifyKey: verifyKey } = newest(alice.userKeys);
		await rotateGroup(server, owner, { signer: { userId, signKey } });
		await expectReached(server, member, owner);
		const [key] = (await readGroup(server, member)).keys;
		expect(key).toMatchObject({ signed_by_user_id: userId, signed_by_user_sign_key_id: signKeyId });
		if (key === undefined) throw new Error("no key");
		const { privateKey } = newest(member.pairs);
		expect(crypto.openGroupKeys({ keys: [{ privateKey, key }] }).keys).toMatchObject([{ signature: "unverified" }]);
		const verified = crypto.openGroupKeys({ keys: [{ privateKey, key, verifyKey }], requireSignature: true });
		expect(verified.keys).toMatchObject([{ signature: "verified" }]);
	});

	it("A.7.7 is for ranks that the app allows", async () => {
		const { server, owner } = await groupOfTwo();
		const [weak, strong] = [await newUser(server, "weak"), await newUser(server, "strong")];
		const two = await addUser(server, owner, weak, 2);
		const one = await addUser(server, owner, strong, 1);
		await server.api.apps.update(server.app.appId, { options: { min_rank_key_rotation: 1 } });
		await expectRefusal(startRotation(server, two), SERVER_ERRORS.RANK_INSUFFICIENT);
		await result(startRotation(server, one));
	});

	it("A.7.8 is refused beyond what the app allows in a month, which changes at once and begins anew with the month", async () => {
		const { server, owner } = await groupOfTwo();
		await rotateGroup(server, owner);
		await server.api.apps.update(server.app.appId, { options: { max_key_rotation_month: 3 } });
		await rotateGroup(server, owner);
		await rotateGroup(server, owner);
		await expectRefusal(startRotation(server, owner), SERVER_ERRORS.ROTATION_LIMIT);
		const user = await newUser(server, "another");
		await rotateGroup(server, await found(server, user));
		await rotate(server, user);
		await server.api.apps.update(server.app.appId, { options: { max_key_rotation_month: 4 } });
		await rotateGroup(server, owner);
		await expectRefusal(startRotation(server, owner), SERVER_ERRORS.ROTATION_LIMIT);
		server.clock.advance(31 * 24 * 60 * 60 * 1000);
		await rotateGroup(server, seat(await login(server, "alice"), owner.groupId));
	});
});

it("a client that reads 200 ms after a rotation sees it: small groups are served at once", async () => {
	const server = await serveApi();
	const [alice, bob] = [await newUser(server, "alice"), await newUser(server, "bob")];
	const owner = await found(server, alice);
	const member = await addUser(server, owner, bob);
	await rotateGroup(server, owner);
	await sleep(200);
	expect(await listGroupRotations(server, member)).toHaveLength(1);
});
