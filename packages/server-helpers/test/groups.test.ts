import type { Group, User } from "@sentc-ts/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readGroupCreation, readInvite, readKeyRotation, readRankUpdate, readRemoval } from "../src/index.js";
import { createWorld, type World } from "./world.js";

let world: World;
let creator: User;
let group: Group;
let jwt: string;
beforeAll(async () => {
	world = await createWorld();
	creator = await world.signUp();
	group = await creator.getGroup(await creator.createGroup());
	jwt = await creator.getJwt();
});
afterAll(() => world.close());

const idOf = ({ user_data }: User): string => user_data.user_id;
const groupOf = (user: User) => user.getGroup(group.data.group_id);

describe("what a client prepared for a group, forwarded with the user's JWT", () => {
	it("creates child and connected groups, which the client opens", async () => {
		const { backend } = world;
		const [child] = group.prepareCreateChildGroup();
		const childId = readGroupCreation(await backend.createChildGroup(jwt, group.data.group_id, child)).group_id;
		expect((await group.getChildGroup(childId)).data.parent_group_id).toBe(group.data.group_id);

		const [body] = group.prepareCreateChildGroup();
		const { group_id } = readGroupCreation(await backend.createConnectedGroup(jwt, group.data.group_id, body));
		const connected = await group.getConnectedGroup(group_id);
		expect(connected.data).toMatchObject({ is_connected_group: true, rank: 0 });
	});

	it("reaches a group through the one that is its member", async () => {
		const { backend } = world;
		const via = group.data.group_id;
		const connectedId = await group.createConnectedGroup();
		expect(await backend.groupAccess(jwt, connectedId)).toBeUndefined();
		expect(await backend.groupAccess(jwt, connectedId, via)).toMatchObject({ access_by: { GroupAsUser: via } });

		const connected = await group.getConnectedGroup(connectedId);
		const [body] = connected.prepareCreateChildGroup();
		const child = readGroupCreation(await backend.createChildGroup(jwt, connectedId, body, via)).group_id;
		expect(await backend.groupAccess(jwt, child, via)).toMatchObject({ parent_group_id: connectedId });
		await backend.deleteGroup(jwt, connectedId, via);
		expect(await backend.groupAccess(jwt, connectedId, via)).toBeUndefined();
	});

	it("invites a user, who accepts and reads", async () => {
		const user = await world.signUp();
		const input = await group.prepareKeysForNewMember(idOf(user), 3);
		const { session_id } = readInvite(await world.backend.invite(jwt, group.data.group_id, idOf(user), input));
		expect(await group.handleInviteSessionKeysForNewMember(session_id ?? "", idOf(user), false, false, input)).toEqual(
			[],
		);
		await user.acceptGroupInvite(group.data.group_id);
		const theirs = await groupOf(user);
		expect(theirs.data.rank).toBe(3);
		expect(await theirs.decryptString(await group.encryptString("come in"))).toBe("come in");
	});

	it("makes users and groups members at once, and gives them their keys anew", async () => {
		const { backend } = world;
		const user = await world.signUp();
		const input = () => group.prepareKeysForNewMember(idOf(user));
		readInvite(await backend.inviteAuto(jwt, group.data.group_id, idOf(user), await input()));
		expect((await groupOf(user)).data.rank).toBe(4);
		readInvite(await backend.reInviteUser(jwt, group.data.group_id, idOf(user), await input()));
		expect((await groupOf(user)).data.rank).toBe(4);

		const connected = await group.getConnectedGroup(await group.createConnectedGroup());
		const { group_id } = connected.data;
		const via = group.data.group_id;
		const guest = await creator.getGroup(await creator.createGroup());
		const forGuest = () => connected.prepareKeysForNewMember(guest.data.group_id, 2, 0, true);
		readInvite(await backend.inviteGroupAuto(jwt, group_id, guest.data.group_id, await forGuest(), via));
		expect((await guest.getConnectedGroup(group_id)).data.rank).toBe(2);
		readInvite(await backend.reInviteGroup(jwt, group_id, guest.data.group_id, await forGuest(), via));
		expect((await guest.getConnectedGroup(group_id)).data.rank).toBe(2);

		const other = await creator.getGroup(await creator.createGroup());
		const forOther = await connected.prepareKeysForNewMember(other.data.group_id, 4, 0, true);
		readInvite(await backend.inviteGroup(jwt, group_id, other.data.group_id, forOther, via));
		expect(await other.getGroupInvites()).toMatchObject([{ group_id }]);
	});

	it("accepts a join request", async () => {
		const user = await world.signUp();
		await user.groupJoinRequest(group.data.group_id);
		const input = await group.prepareKeysForNewMember(idOf(user), 2);
		readInvite(await world.backend.acceptJoinRequest(jwt, group.data.group_id, idOf(user), input));
		expect((await groupOf(user)).data.rank).toBe(2);
	});

	it("changes a rank, and tells what was refused", async () => {
		const user = await world.signUp();
		await group.inviteAuto(idOf(user));
		const { group_id } = group.data;
		const input = group.prepareUpdateRank(idOf(user), 1);
		readRankUpdate(await world.backend.updateRank(jwt, group_id, input));
		expect((await groupOf(user)).data.rank).toBe(1);

		const ofCreator = JSON.stringify({ changed_user_id: idOf(creator), new_rank: 2 });
		const answer = await world.backend.updateRank(jwt, group_id, ofCreator);
		expect(() => readRankUpdate(answer)).toThrow(expect.objectContaining({ serverCode: 314 }));
	});

	it("rotates the keys", async () => {
		const input = await group.prepareKeyRotation(true);
		const answer = await world.backend.rotateKeys(jwt, group.data.group_id, input);
		const { group_key_id } = await group.doneKeyRotation(answer, input);
		expect(readKeyRotation(answer)).toEqual({ group_id: group.data.group_id, key_id: group_key_id });
		expect(group.data.newest_key_id).toBe(group_key_id);
	});

	it("removes a member and rotates in one step: the next text is closed to who was removed", async () => {
		const user = await world.signUp();
		await group.inviteAuto(idOf(user));
		const theirs = await groupOf(user);
		const input = await group.prepareKeyRotation();
		const answer = await world.backend.kickAndRotate(jwt, group.data.group_id, idOf(user), input);
		expect(readRemoval(answer)).toMatchObject({ key_id: expect.any(String) });
		expect(readRemoval(answer).refused ?? null).toBeNull();
		await group.doneKeyRotation(answer, input);
		await expect(theirs.decryptString(await group.encryptString("among us"))).rejects.toMatchObject({
			serverCode: 310,
		});
	});
});

describe("none of it works", () => {
	it("with the JWT of somebody who is no member", async () => {
		const stranger = await world.signUp();
		const input = await group.prepareKeyRotation();
		const answer = await world.backend.rotateKeys(await stranger.getJwt(), group.data.group_id, input);
		expect(() => readKeyRotation(answer)).toThrow(expect.objectContaining({ code: "NO_GROUP_ACCESS" }));
	});

	it("through a group that is no member", async () => {
		const stranger = await world.signUp();
		const via = await stranger.createGroup();
		expect(await world.backend.groupAccess(await stranger.getJwt(), group.data.group_id, via)).toBeUndefined();
	});

	it.each([[""], [undefined], [{ keys: [] }]])("with what nobody prepared: %j", (input) => {
		const { backend } = world;
		const { group_id } = group.data;
		const calls = [backend.invite, backend.inviteAuto, backend.inviteGroup, backend.inviteGroupAuto];
		const others = [backend.reInviteUser, backend.reInviteGroup, backend.acceptJoinRequest, backend.kickAndRotate];
		for (const call of [...calls, ...others]) {
			expect(() => call(jwt, group_id, group_id, input as string)).toThrow(expect.objectContaining({ field: "input" }));
		}
		for (const call of [
			backend.createChildGroup,
			backend.createConnectedGroup,
			backend.updateRank,
			backend.rotateKeys,
		]) {
			expect(() => call(jwt, group_id, input as string)).toThrow(expect.objectContaining({ field: "input" }));
		}
	});
});
