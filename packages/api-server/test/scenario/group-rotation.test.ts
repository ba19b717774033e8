import { groupRotationRoutes, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { describe, expect, it } from "vitest";
import { call, expectRefusal, result, startApi } from "../support/api.js";
import { crypto, newest, newUser } from "../support/client.js";
import { rows } from "../support/database.js";
import {
	addUser,
	finishGroupRotations,
	found,
	keysOf,
	listGroupRotations,
	openKeys,
	rotateGroup,
} from "../support/group-keys.js";

describe("several rotations of a group", () => {
	it("wait for a member in the order of their keys, whoever started them after which key", async () => {
		const server = await startApi();
		const [alice, bob, carol] = [await newUser(server, "a"), await newUser(server, "b"), await newUser(server, "c")];
		const owner = await found(server, alice);
		const [second, third] = [await addUser(server, owner, bob), await addUser(server, owner, carol)];
		const [first] = await openKeys(server, owner);
		const ids = [await rotateGroup(server, owner)];
		ids.push(await rotateGroup(server, second, { previousKey: first?.groupKey ?? "" }));
		ids.push(await rotateGroup(server, owner));
		await server.api.runJobs();
		const waiting = await listGroupRotations(server, third);
		expect(waiting.map((rotation) => rotation.new_group_key_id)).toEqual(ids);
		for (const seat of [owner, second, third]) await finishGroupRotations(server, seat);
		const keys = await keysOf(server, owner);
		expect(keys).toHaveLength(4);
		for (const seat of [second, third]) expect(await keysOf(server, seat)).toEqual(keys);
	});

	it("at the same time are all kept, and everybody comes to the same newest key", async () => {
		const server = await startApi();
		const users = await Promise.all(["a", "b", "c", "d"].map((name) => newUser(server, name)));
		const [first, ...others] = users;
		if (first === undefined) throw new Error("no user");
		const owner = await found(server, first);
		const seats = [owner];
		for (const user of others) seats.push(await addUser(server, owner, user));
		await Promise.all(seats.map((seat) => rotateGroup(server, seat)));
		await server.api.runJobs();
		for (const seat of seats) await finishGroupRotations(server, seat);
		const keys = await keysOf(server, owner);
		expect(keys).toHaveLength(5);
		for (const seat of seats) expect(await keysOf(server, seat)).toEqual(keys);
	});
});

describe("the routes of group key rotation", () => {
	it("are for members of the group, and through groups that are members", async () => {
		const server = await startApi();
		const [alice, mallory] = [await newUser(server, "alice"), await newUser(server, "mallory")];
		const owner = await found(server, alice);
		const body = crypto.prepareKeyRotation({
			publicKey: newest(mallory.userKeys).publicKey,
			previousKey: newest(await keysOf(server, owner)),
		});
		const params = { group_id: owner.groupId };
		const own = await found(server, mallory);
		for (const through of [undefined, own.groupId]) {
			const given = { jwt: mallory.jwt, params, ...(through !== undefined && { through }) };
			const start = call(server, groupRotationRoutes.startKeyRotation, { ...given, body });
			await expectRefusal(start, SERVER_ERRORS.NO_GROUP_ACCESS);
			await expectRefusal(call(server, groupRotationRoutes.listKeyRotations, given), SERVER_ERRORS.NO_GROUP_ACCESS);
			const done = { encrypted_new_group_key: "x", public_key_id: newest(own.pairs).id, encrypted_alg: "x" };
			const finish = { ...given, params: { ...params, key_id: own.groupId }, body: done };
			await expectRefusal(call(server, groupRotationRoutes.finishKeyRotation, finish), SERVER_ERRORS.NO_GROUP_ACCESS);
		}
	});

	it("don't take keys that belong to somebody else, nor unknown ones", async () => {
		const server = await startApi();
		const [alice, bob] = [await newUser(server, "alice"), await newUser(server, "bob")];
		const owner = await found(server, alice);
		const other = await found(server, bob);
		const start = (publicKey: string, previousKey: string) =>
			call(server, groupRotationRoutes.startKeyRotation, {
				jwt: alice.jwt,
				params: { group_id: owner.groupId },
				body: crypto.prepareKeyRotation({ publicKey, previousKey }),
			});
		const [own] = await keysOf(server, owner);
		const [foreign] = await keysOf(server, other);
		await expectRefusal(start(newest(bob.userKeys).publicKey, own ?? ""), SERVER_ERRORS.INVALID_ID);
		await expectRefusal(start(newest(alice.userKeys).publicKey, foreign ?? ""), SERVER_ERRORS.GROUP_KEY_NOT_FOUND);
		expect(await keysOf(server, owner)).toEqual([own]);
	});

	it("say of an unknown rotation that it is finished", async () => {
		const server = await startApi();
		const owner = await found(server, await newUser(server, "alice"));
		const body = { encrypted_new_group_key: "x", public_key_id: newest(owner.pairs).id, encrypted_alg: "x" };
		for (const key_id of ["nothing", owner.groupId]) {
			const params = { group_id: owner.groupId, key_id };
			await result(call(server, groupRotationRoutes.finishKeyRotation, { jwt: owner.user.jwt, params, body }));
		}
		expect(await openKeys(server, owner)).toHaveLength(1);
	});

	it("are no way to the group that holds the keys of a user", async () => {
		const server = await startApi();
		const alice = await newUser(server, "alice");
		const userGroup = rows(server, "users")[0]?.["userGroupId"];
		const params = { group_id: String(userGroup) };
		const list = call(server, groupRotationRoutes.listKeyRotations, { jwt: alice.jwt, params });
		await expectRefusal(list, SERVER_ERRORS.NO_GROUP_ACCESS);
	});
});
