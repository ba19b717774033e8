import { randomUUID } from "node:crypto";
import type { User } from "@sentc-ts/sdk";
import type { forcedGroupRoutes } from "@sentc-ts/transport/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../src/index.js";
import { createWorld, type World } from "./world.js";

let world: World;
/** Somebody with a group without keys, a member of it, and whom nobody knows. */
let creator: User;
let member: User;
let stranger: User;
let group_id: string;
let guest_id: string;
beforeAll(async () => {
	world = await createWorld();
	creator = await world.signUp();
	member = await world.signUp();
	stranger = await world.signUp();
	({ group_id } = await world.backend.forceCreateLightGroup(idOf(creator)));
	({ group_id: guest_id } = await world.backend.forceCreateLightGroup(idOf(stranger)));
	await world.backend.forceInviteLight(idOf(creator), group_id, idOf(member));
});
afterAll(() => world.close());

const idOf = ({ user_data }: User): string => user_data.user_id;
const access = async (user: User, id: string, via?: string) => world.backend.groupAccess(await user.getJwt(), id, via);

describe("the own backend makes groups without keys, without a JWT and without a client", () => {
	it("for a user, who opens it: there is nothing to encrypt by", async () => {
		expect(await access(creator, group_id)).toMatchObject({ rank: 0, access_by: "User" });
		expect(await world.backend.groupMember(group_id, idOf(creator))).toMatchObject({ rank: 0, user_type: 0 });
		await expect(creator.getGroup(group_id)).rejects.toMatchObject({ code: "KEY_NOT_FOUND" });
	});

	it("below a group, also through one that is a member", async () => {
		const { backend } = world;
		const child = await backend.forceCreateLightChildGroup(idOf(creator), group_id);
		expect(await access(member, child.group_id)).toMatchObject({ rank: 4, access_by: { Parent: group_id } });
		const connected = await backend.forceCreateLightConnectedGroup(idOf(creator), group_id);
		expect(await access(member, connected.group_id)).toBeUndefined();
		expect(await access(member, connected.group_id, group_id)).toMatchObject({ rank: 4 });
		const below = await backend.forceCreateLightChildGroup(idOf(creator), connected.group_id, group_id);
		expect(await access(creator, below.group_id, group_id)).toMatchObject({ parent_group_id: connected.group_id });
		const again = backend.forceCreateLightConnectedGroup(idOf(creator), connected.group_id, group_id);
		await expect(again).rejects.toMatchObject({ code: "ALREADY_CONNECTED" });
	});

	it("makes users and groups members, with the rank that is given or the weakest", async () => {
		const { backend } = world;
		const [first, second] = [await world.signUp(), await world.signUp()];
		await backend.forceInviteLight(idOf(creator), group_id, idOf(first), 2);
		expect(await access(first, group_id)).toMatchObject({ rank: 2 });
		const guest = await backend.forceCreateLightGroup(idOf(second));
		await backend.forceInviteLightGroup(idOf(first), group_id, guest.group_id);
		expect(await access(second, group_id, guest.group_id)).toMatchObject({ rank: 4 });
		expect(await backend.groupMember(group_id, guest.group_id)).toMatchObject({ rank: 4, user_type: 2 });
		await backend.forceKick(idOf(creator), group_id, guest.group_id);
		expect(await access(second, group_id, guest.group_id)).toBeUndefined();
		await backend.forceInviteLightGroup(idOf(creator), group_id, guest.group_id, 2);
		await backend.forceInviteLight(idOf(second), group_id, randomUUID(), 3, guest.group_id);
	});

	it("of a group with keys takes members whom one with keys has to invite again", async () => {
		const full = await creator.getGroup(await creator.createGroup());
		const user = await world.signUp();
		await world.backend.forceInviteLight(idOf(creator), full.data.group_id, idOf(user), 3);
		await expect(user.getGroup(full.data.group_id)).rejects.toMatchObject({ code: "KEY_NOT_FOUND" });
		await full.reInviteUser(idOf(user));
		const theirs = await user.getGroup(full.data.group_id);
		expect(theirs.data.rank).toBe(3);
		expect(await theirs.decryptString(await full.encryptString("now you can"))).toBe("now you can");
	});
});

/** The forced routes for groups that end with "light": each has its function here, or this file has an error of types. */
type LightRoute = Extract<keyof typeof forcedGroupRoutes, `${string}Light${string}`>;
type Call = (backend: Backend, by: string) => Promise<unknown>;
const calls: Record<Exclude<LightRoute, "createLightGroup">, Call> = {
	createLightChildGroup: (backend, by) => backend.forceCreateLightChildGroup(by, group_id),
	createLightConnectedGroup: (backend, by) => backend.forceCreateLightConnectedGroup(by, group_id),
	inviteLightUserAuto: (backend, by) => backend.forceInviteLight(by, group_id, randomUUID()),
	inviteLightGroupAuto: (backend, by) => backend.forceInviteLightGroup(by, group_id, guest_id),
};
const byUser = Object.entries(calls);
const everyCall: [string, Call][] = [
	["createLightGroup", (backend, by) => backend.forceCreateLightGroup(by)],
	...byUser,
];

describe("none of it works", () => {
	it.each(everyCall)("with the public token: %s", async (_, call) => {
		await expect(call(world.publicBackend, idOf(creator))).rejects.toMatchObject({ code: "ENDPOINT_FORBIDDEN" });
	});

	it.each(everyCall)("for a user who does not exist: %s", async (_, call) => {
		await expect(call(world.backend, randomUUID())).rejects.toMatchObject({ code: "USER_NOT_FOUND" });
	});

	it.each(byUser)("for a user who is no member: %s", async (_, call) => {
		await expect(call(world.backend, idOf(stranger))).rejects.toMatchObject({ code: "NO_GROUP_ACCESS" });
	});

	it.each(byUser)("for a member whose rank is too weak: %s", async (_, call) => {
		await expect(call(world.backend, idOf(member))).rejects.toMatchObject({ code: "RANK_INSUFFICIENT" });
	});

	it.each([0, -1, 5, 1.5, Number.NaN, "2" as unknown as number])("with %s for a rank: nothing is sent", (rank) => {
		const { forceInviteLight, forceInviteLightGroup } = world.backend;
		for (const invite of [forceInviteLight, forceInviteLightGroup]) {
			const call = () => invite(idOf(creator), group_id, randomUUID(), rank);
			expect(call).toThrow(expect.objectContaining({ field: "rank" }));
		}
	});

	it("twice for one person, nor where invites are stopped", async () => {
		const again = world.backend.forceInviteLight(idOf(creator), group_id, idOf(member));
		await expect(again).rejects.toMatchObject({ code: "ALREADY_MEMBER" });
		const closed = await creator.getGroup(await creator.createGroup());
		await closed.stopInvites();
		const invited = world.backend.forceInviteLight(idOf(creator), closed.data.group_id, randomUUID());
		await expect(invited).rejects.toMatchObject({ code: "INVITES_STOPPED" });
	});
});
