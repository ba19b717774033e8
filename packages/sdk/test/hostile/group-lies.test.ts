import { rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group } from "../../src/index.js";
import { changing, isOn, untouched } from "../support/between.js";
import { idOf, join, type Member, newGroup, newMember } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

type Json = Record<string, unknown>;

const GROUP = /^GET \/group\/[\w-]+$/;
const FORGED = { code: "ANSWER_FORGED", what: "group" };

describe("an API that lies about how a group is reached", () => {
	let ada: Member;
	let parent: Group;
	let childId: string;
	beforeAll(async () => {
		ada = await newMember(api);
		parent = await newGroup(ada.user);
		childId = await parent.createChildGroup();
	});

	it.each<[string, Json]>([
		["the group itself as its parent", { parent_group_id: "SELF" }],
		["no parent for a group that is reached through one", { parent_group_id: null }],
		["access through a group that nobody asked for", { access_by: { GroupAsUser: "another" } }],
		[
			"access through another group and its parent",
			{ access_by: { GroupAsUserAsParent: { parent: "p", group_as_user: "g" } } },
		],
	])("can't have it used with %s", async (_, lie) => {
		const { group_id } = parent.data;
		const self = lie["parent_group_id"] === "SELF" ? { parent_group_id: childId } : lie;
		const fresh = await newMember(api);
		await parent.inviteAuto(fresh.id);
		fresh.through(changing(`GET /group/${childId}`, (group) => ({ ...group, ...self })));
		expect(await rejection(fresh.user.getGroup(childId))).toMatchObject(FORGED);
		fresh.beHonest();
		expect((await fresh.user.getGroup(childId)).data.parent_group_id).toBe(group_id);
	});

	it("can't pass a group off as reached through the one that was asked for", async () => {
		const fresh = await newMember(api);
		const own = await newGroup(fresh.user);
		const connected = await own.createConnectedGroup();
		fresh.through(changing(`GET /group/${connected}`, (group) => ({ ...group, access_by: "User" })));
		expect(await rejection(own.getConnectedGroup(connected))).toMatchObject(FORGED);
	});

	it("can't keep a client climbing through ever more parents", async () => {
		const fresh = await newMember(api);
		await parent.inviteAuto(fresh.id);
		let asked = 0;
		let record: Json | undefined;
		fresh.through(async (request, send) => {
			if (!isOn(GROUP, request)) return send();
			const id = request.url.split("/").at(-1) ?? "";
			record ??= (await (await fetch(request)).json()).result as Json;
			const parent_group_id = `above-${++asked}`;
			const result = { ...record, group_id: id, parent_group_id, access_by: { Parent: parent_group_id } };
			return Response.json({ status: true, result });
		});
		expect(await rejection(fresh.user.getGroup(childId))).toMatchObject(FORGED);
		expect(asked).toBeLessThan(200);
	});

	it("can't have two groups stand above each other", async () => {
		const fresh = await newMember(api);
		await parent.inviteAuto(fresh.id);
		fresh.through(async (request, send) => {
			if (!isOn(GROUP, request)) return send();
			const id = request.url.split("/").at(-1) ?? "";
			const { result } = await (await fetch(request)).json();
			const above = id === childId ? parent.data.group_id : childId;
			return Response.json({
				status: true,
				result: { ...result, parent_group_id: above, access_by: { Parent: above } },
			});
		});
		expect(await rejection(fresh.user.getGroup(childId))).toMatchObject(FORGED);
	});
});

describe("an API that lies about lists", () => {
	it("can't pass the children of another group off as those of the group", async () => {
		const ada = await newMember(api);
		const group = await newGroup(ada.user);
		await group.createChildGroup();
		ada.through(
			changing<Json[]>("GET /group/", (children) => children.map((child) => ({ ...child, parent: "another" }))),
		);
		expect(await rejection(group.getChildren())).toMatchObject(FORGED);
	});

	it("can't fill the memory with one answer", async () => {
		const ada = await newMember(api);
		const group = await newGroup(ada.user);
		const item = { user_id: "u", rank: 4, joined_time: 1, user_type: 0, group_id: "g", time: 1, parent: null };
		ada.through(changing(/^GET/, () => Array.from({ length: 600 }, () => item)));
		const calls: (() => Promise<unknown>)[] = [
			() => group.getMember(),
			() => group.getGroups(),
			() => group.getGroupInvites(),
			() => group.getJoinRequests(),
			() => group.sentJoinReq(),
			() => ada.user.getGroups(),
			() => ada.user.getGroupInvites(),
			() => ada.user.sentJoinReq(),
		];
		for (const call of calls) expect(await rejection(call())).toMatchObject({ code: "ANSWER_FORGED" });
	});
});

describe("an API that puts another public key in the place of the invited user's", () => {
	it.each<[string, (group: Group, id: string) => Promise<unknown>]>([
		["an invite", (group, id) => group.invite(id)],
		["an invite that makes a member at once", (group, id) => group.inviteAuto(id)],
		["a re-invite", (group, id) => group.reInviteUser(id)],
		["the acceptance of a join request", (group, id) => group.acceptJoinRequest(id)],
		["what an own backend sends", (group, id) => group.prepareKeysForNewMember(id)],
	])("gets no key by %s", async (_, act) => {
		const [ada, bob, eve] = [await newMember(api), await newMember(api), await newMember(api)];
		const group = await newGroup(ada.user);
		await ada.user.getPublicKey(bob.id);
		const { public_key } = await newKeyOf(eve);
		await ada.storage.delete(`user_public_key_id_${bob.id}`);
		ada.requests.length = 0;
		ada.through(changing(`GET /user/${bob.id}/public_key`, () => public_key));
		expect(await rejection(act(group, bob.id))).toMatchObject({ name: "KeyChanged", userId: bob.id });
		expect(ada.requests.filter((request) => request.startsWith("PUT"))).toEqual([]);
		ada.beHonest();
		await group.inviteAuto(bob.id);
		expect((await bob.user.getGroup(group.data.group_id)).data.rank).toBe(4);
	});
});

/** The API's record of the newest public key. */
async function newKeyOf({ user }: Member): Promise<{ public_key: Json }> {
	const headers = { "x-sentc-app-token": api.app_token };
	const answer = await fetch(`${api.base_url}/api/v1/user/${idOf(user)}/public_key`, { headers });
	return { public_key: (await answer.json()).result };
}

describe("an API that answers a session nobody needs, or none where one is needed", () => {
	it("gets no more uploads than there are keys", async () => {
		const [ada, bob] = [await newMember(api), await newMember(api)];
		const group = await newGroup(ada.user);
		ada.through(changing("PUT ", (answer) => ({ ...answer, session_id: "made up" })));
		ada.requests.length = 0;
		expect(await group.inviteAuto(bob.id)).toBeUndefined();
		expect(ada.requests.filter((request) => request.startsWith("PUT"))).toHaveLength(1);
		ada.through(untouched);
	});
});

describe("an API that answers another key for a child group than was made for it", () => {
	it("can't have it used", async () => {
		const ada = await newMember(api);
		const group = await newGroup(ada.user);
		const [one, other] = [await group.createChildGroup(), await group.createChildGroup()];
		let keys: unknown;
		ada.lie(`GET /group/${other}`, (answer) => {
			keys = answer["keys"];
			return answer;
		});
		await group.getChildGroup(other);
		ada.through(changing(`GET /group/${one}`, (answer) => ({ ...answer, keys })));
		expect(await rejection(group.getChildGroup(one))).toMatchObject(FORGED);
	});
});

describe("a member who is removed", () => {
	it("is told apart from a member whose group the API hides", async () => {
		const [ada, bob] = [await newMember(api), await newMember(api)];
		const group = await newGroup(ada.user);
		const seen = await join(group, bob.user);
		await group.kickUser(bob.id).catch(() => undefined);
		expect(await rejection(seen.groupUpdateCheck())).toMatchObject({ status: "server_310" });
	});
});
