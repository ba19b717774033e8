import { randomUUID } from "node:crypto";
import type { Group, User } from "@sentc-ts/sdk";
import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Backend, readGroupCreation, readInvite } from "../src/index.js";
import { createWorld, type World } from "./world.js";

let world: World;
let creator: User;
let group: Group;
beforeAll(async () => {
	world = await createWorld();
	creator = await world.signUp();
	group = await creator.getGroup(await creator.createGroup());
});
afterAll(() => world.close());

const idOf = ({ user_data }: User): string => user_data.user_id;
/** A user whom the own backend made a member. */
async function newMember(rank?: number): Promise<User> {
	const user = await world.signUp();
	const input = await group.prepareKeysForNewMember(idOf(user), rank);
	readInvite(await world.backend.forceInvite(idOf(creator), group.data.group_id, idOf(user), input));
	return user;
}

describe("the own backend acts in groups, without a JWT", () => {
	it("creates a group for a user, who opens it", async () => {
		const { group_id } = readGroupCreation(
			await world.backend.forceCreateGroup(idOf(creator), creator.prepareGroupCreate(true)),
		);
		const created = await creator.getGroup(group_id, undefined, 2);
		expect(created.data.rank).toBe(0);
		expect(await created.decryptString(await created.encryptString("mine"))).toBe("mine");
	});

	it("creates child and connected groups, also below one that is reached through another", async () => {
		const { backend } = world;
		const { group_id } = group.data;
		const [child] = group.prepareCreateChildGroup();
		const childId = readGroupCreation(await backend.forceCreateChildGroup(idOf(creator), group_id, child)).group_id;
		expect((await group.getChildGroup(childId)).data).toMatchObject({ parent_group_id: group_id, rank: 0 });

		const [body] = group.prepareCreateChildGroup();
		const made = readGroupCreation(await backend.forceCreateConnectedGroup(idOf(creator), group_id, body)).group_id;
		const connected = await group.getConnectedGroup(made);
		expect(connected.data.is_connected_group).toBe(true);

		const [below] = connected.prepareCreateChildGroup();
		const answer = await backend.forceCreateChildGroup(idOf(creator), made, below, group_id);
		await expect(connected.getChildGroup(readGroupCreation(answer).group_id)).resolves.toMatchObject({
			data: { parent_group_id: made },
		});
	});

	it("makes a user a member, who reads, and says so", async () => {
		const user = await newMember(3);
		const { group_id } = group.data;
		const theirs = await user.getGroup(group_id);
		expect(await theirs.decryptString(await group.encryptString("welcome"))).toBe("welcome");
		expect(await world.backend.groupMember(group_id, idOf(user))).toMatchObject({
			...{ user_id: idOf(user), rank: 3, user_type: 0 },
		});
	});

	it("makes a group a member of one that isn't connected", async () => {
		const guest = await creator.getGroup(await creator.createGroup());
		const { group_id } = guest.data;
		const input = await group.prepareKeysForNewMember(group_id, 4, 0, true);
		readInvite(await world.backend.forceInviteGroup(idOf(creator), group.data.group_id, group_id, input));
		expect(await world.backend.groupMember(group.data.group_id, group_id)).toMatchObject({ rank: 4, user_type: 2 });
		const jwt = await creator.getJwt();
		expect(await world.backend.groupAccess(jwt, group.data.group_id, group_id)).toMatchObject({
			access_by: { GroupAsUser: group_id },
		});

		const again = () => group.prepareKeysForNewMember(group_id, 4, 0, true);
		const at = [jwt, group.data.group_id, group_id] as const;
		const notConnected = { serverCode: SERVER_ERRORS.GROUP_NOT_CONNECTABLE.code };
		const refused = world.backend.reInviteGroup(...at, await again()).then(readInvite);
		await expect(refused).rejects.toMatchObject(notConnected);
		readInvite(await world.backend.forceReInviteGroup(...at, await again()));
		expect(await world.backend.groupMember(group.data.group_id, group_id)).toMatchObject({ rank: 4 });
	});

	it("removes a member", async () => {
		const user = await newMember();
		const { group_id } = group.data;
		await world.backend.forceKick(idOf(creator), group_id, idOf(user));
		expect(await world.backend.groupMember(group_id, idOf(user))).toBeUndefined();
		expect(await world.backend.groupAccess(await user.getJwt(), group_id)).toBeUndefined();
	});

	it("deletes a group with its children", async () => {
		const parent = await creator.getGroup(await creator.createGroup());
		const child = await parent.createChildGroup();
		await world.backend.forceDeleteGroup(parent.data.group_id);
		for (const id of [parent.data.group_id, child]) {
			expect(await world.backend.groupAccess(await creator.getJwt(), id)).toBeUndefined();
			await expect(world.backend.groupMember(id, idOf(creator))).rejects.toMatchObject({ serverCode: 310 });
		}
	});

	it("does not take access through a parent for a membership", async () => {
		const child = await group.createChildGroup();
		expect(await world.backend.groupAccess(await creator.getJwt(), child)).toMatchObject({ rank: 0 });
		expect(await world.backend.groupMember(child, idOf(creator))).toBeUndefined();
	});
});

interface Of {
	by: string;
	group_id: string;
	other: string;
	guest: string;
	keys: string;
	below: string;
}
type Call = [name: string, call: (backend: Backend, of: Of) => Promise<unknown>];

/** As one that throws for each refusal. */
const byUser: Call[] = [
	[
		"forceCreateChildGroup",
		async (b, o) => readGroupCreation(await b.forceCreateChildGroup(o.by, o.group_id, o.below)),
	],
	[
		"forceCreateConnectedGroup",
		async (b, o) => readGroupCreation(await b.forceCreateConnectedGroup(o.by, o.group_id, o.below)),
	],
	["forceInvite", async (b, o) => readInvite(await b.forceInvite(o.by, o.group_id, o.other, o.keys))],
	["forceInviteGroup", async (b, o) => readInvite(await b.forceInviteGroup(o.by, o.group_id, o.guest, o.keys))],
	["forceKick", (b, o) => b.forceKick(o.by, o.group_id, o.other)],
];
const everyCall: Call[] = [
	...byUser,
	["forceCreateGroup", async (b, o) => readGroupCreation(await b.forceCreateGroup(o.by, o.below))],
	["forceDeleteGroup", (b, o) => b.forceDeleteGroup(o.group_id)],
	["groupMember", (b, o) => b.groupMember(o.group_id, o.other)],
];

describe("none of it works", () => {
	let of: Of;
	let stranger: string;
	let weak: string;
	beforeAll(async () => {
		const other = await newMember();
		of = {
			...{ by: idOf(creator), group_id: group.data.group_id, other: idOf(other), guest: await creator.createGroup() },
			keys: await group.prepareKeysForNewMember(idOf(other)),
			below: group.prepareCreateChildGroup()[0],
		};
		stranger = idOf(await world.signUp());
		weak = idOf(await newMember(4));
	});

	it.each(everyCall)("with the public token: %s", async (_, call) => {
		await expect(call(world.publicBackend, of)).rejects.toMatchObject({ code: "ENDPOINT_FORBIDDEN" });
		expect(await world.backend.groupMember(of.group_id, of.other)).toMatchObject({ rank: 4 });
	});

	it.each(byUser)("for a user who is no member: %s", async (_, call) => {
		await expect(call(world.backend, { ...of, by: stranger })).rejects.toMatchObject({ code: "NO_GROUP_ACCESS" });
	});

	it.each(byUser)("for a member whose rank is too weak: %s", async (_, call) => {
		await expect(call(world.backend, { ...of, by: weak })).rejects.toMatchObject({ serverCode: 301 });
	});

	it.each(byUser)("for a user who does not exist: %s", async (_, call) => {
		await expect(call(world.backend, { ...of, by: randomUUID() })).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
	});

	it("in a group that does not exist", async () => {
		for (const call of [
			world.backend.forceDeleteGroup(randomUUID()),
			world.backend.groupMember(randomUUID(), of.other),
		]) {
			await expect(call).rejects.toMatchObject({ code: "NO_GROUP_ACCESS" });
		}
	});

	it.each([[""], [undefined], [{ keys: [] }]])("with what nobody prepared: %j", (input) => {
		const { backend } = world;
		const at = [of.by, of.group_id, of.other] as const;
		for (const call of [
			() => backend.forceCreateGroup(of.by, input as string),
			() => backend.forceCreateChildGroup(of.by, of.group_id, input as string),
			() => backend.forceCreateConnectedGroup(of.by, of.group_id, input as string),
			() => backend.forceInvite(...at, input as string),
			() => backend.forceInviteGroup(...at, input as string),
		]) {
			expect(call).toThrow(expect.objectContaining({ field: "input" }));
		}
	});
});
