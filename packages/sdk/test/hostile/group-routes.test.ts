import { rejection, startApi } from "@sentc-ts/test-world";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { Group } from "../../src/index.js";
import { changing, isOn, type Through } from "../support/between.js";
import { join, keyIds, type Member, newGroup, newMember, readEachOther } from "../support/groups.js";

// Lies of an API about groups that the other files here don't have, so that each row of the table in SECURITY.md has its test.

const api = await startApi();
afterAll(() => api.close());

/** Whose signatures Bob's app takes. */
let signers: (userId: string) => boolean = () => true;
const ada = await newMember(api);
const bob = await newMember(api, { signers: ({ user_id }) => signers(user_id) });
const eve = await newMember(api);
afterEach(() => {
	for (const member of [ada, bob, eve]) member.beHonest();
	signers = () => true;
});

type Json = Record<string, unknown>;

/** Sends requests whose path has one text to where it has the other. */
function rerouting(from: string, to: string): Through {
	return (request, send) =>
		request.url.includes(from) ? fetch(new Request(request.url.replace(from, to), request)) : send();
}

const groupOf = (id: string): RegExp => new RegExp(`^GET /group/${id}$`);

describe("an API that answers the keys of another group, which the user has, too,", () => {
	/** Two groups of Ada's; Bob is in both, and is answered the keys of the first for the second. */
	async function twoGroups(verify?: number) {
		const [first, second] = [await newGroup(ada.user, true), await newGroup(ada.user, true)];
		for (const group of [first, second]) await group.inviteAuto(bob.id);
		const { group_id } = second.data;
		let keys: unknown;
		bob.lie(groupOf(first.data.group_id), (group) => {
			keys = group["keys"];
			return group;
		});
		await bob.user.getGroup(first.data.group_id);
		const lie = () => bob.lie(groupOf(group_id), (group) => ({ ...group, keys, hmac_keys: [], sortable_keys: [] }));
		return { first, second, lie, open: () => bob.user.getGroup(group_id, undefined, verify) };
	}

	it("is believed on a device that has none of the right ones, which says who signed: the signature names no group", async () => {
		const { first, lie, open } = await twoGroups(2);
		lie();
		const { keys } = (await open()).data;
		expect(keys).toMatchObject([{ signature: "verified", signed_by: { user_id: ada.id } }]);
		expect(keys.map(({ group_key_id }) => group_key_id)).toEqual(keyIds(first));
	});

	it("changes nothing on a device that has the right ones", async () => {
		const { second, lie, open } = await twoGroups();
		const before = keyIds(await open());
		lie();
		expect(keyIds(await open())).toEqual(before);
		expect(await readEachOther(second, await open())).toBe(true);
	});
});

describe("an API that hides the newest key of a group", () => {
	const withoutNewest = (group: Json): Json => ({ ...group, keys: (group["keys"] as Json[]).slice(1) });

	it("is believed on a device that never had it: encrypts by the older one, whose id is shown", async () => {
		const group = await newGroup(ada.user);
		await group.keyRotation();
		await group.inviteAuto(bob.id);
		const [older] = keyIds(group);
		bob.lie(groupOf(group.data.group_id), withoutNewest);
		expect((await bob.user.getGroup(group.data.group_id)).data.newest_key_id).toBe(older);
	});

	it("changes nothing on a device that has it", async () => {
		const group = await newGroup(ada.user);
		await group.keyRotation();
		const { group_id, newest_key_id } = group.data;
		ada.lie(groupOf(group_id), withoutNewest);
		ada.lie(/^GET \/group\/[\w-]+\/keys\//, () => []);
		ada.lie(/update_check$/, (answer) => ({ ...answer, key_update: false }));
		await group.groupUpdateCheck();
		await group.finishKeyRotation();
		for (const seen of [group, await ada.user.getGroup(group_id)]) expect(seen.data.newest_key_id).toBe(newest_key_id);
	});
});

describe("an API that makes somebody else a member than was asked for", () => {
	it.each<[string, (group: Group, id: string) => Promise<unknown>]>([
		["an invite at once", (group, id) => group.inviteAuto(id)],
		["the answer to a join request", (group, id) => group.acceptJoinRequest(id)],
	])("hands over nothing that this one opens: %s", async (way, act) => {
		const group = await newGroup(ada.user);
		const { group_id } = group.data;
		if (way !== "an invite at once") for (const { user } of [bob, eve]) await user.groupJoinRequest(group_id);
		ada.through(async (request, send) =>
			request.method === "PUT" ? rerouting(bob.id, eve.id)(request, send) : send(),
		);
		await act(group, bob.id);
		expect((await group.getMember()).map(({ user_id }) => user_id)).toEqual([eve.id]);
		expect(await rejection(eve.user.getGroup(group_id))).toMatchObject({ code: "KEYS_UNUSABLE" });
	});

	it("shows who is a member as it likes: the list is its word", async () => {
		const group = await newGroup(ada.user);
		await group.inviteAuto(bob.id);
		ada.lie(/^GET \/group\/[\w-]+\/member\//, () => []);
		expect(await group.getMember()).toEqual([]);
	});

	it("gets the new key to nobody who lacks the one before, although the rotation is wrapped for them", async () => {
		const group = await newGroup(ada.user);
		await addWithoutKeys(group, eve);
		await group.keyRotation();
		await api.runJobs();
		expect(await rejection(eve.user.getGroup(group.data.group_id))).toMatchObject({ code: "KEY_NOT_FOUND" });
	});
});

/** As the API can do by itself. */
async function addWithoutKeys(group: Group, { id }: Member): Promise<void> {
	const url = `${api.base_url}/api/v1/group/${group.data.group_id}/invite_auto/${id}/light`;
	const headers = { "x-sentc-app-token": api.app_token, Authorization: `Bearer ${await group.getJwt()}` };
	const answer = await fetch(url, { method: "PUT", headers, body: JSON.stringify({ rank: 4 }) });
	expect(answer.status).toBe(200);
}

describe("an API, or who stands before it, that moves an invite to another group", () => {
	it("is refused by an honest one: the keys are not that group's", async () => {
		const [asked, other] = [await newGroup(ada.user), await newGroup(ada.user)];
		ada.through(rerouting(`${asked.data.group_id}/invite`, `${other.data.group_id}/invite`));
		for (const invite of [asked.invite(bob.id), asked.inviteAuto(bob.id)]) {
			expect(await rejection(invite)).toMatchObject({ status: "server_304" });
		}
		expect(await bob.user.getGroupInvites()).toEqual([]);
		expect(await other.getMember()).toEqual([]);
	});

	it("gets no other group opened than the one whose invite was accepted", async () => {
		const [asked, other] = [await newGroup(ada.user), await newGroup(ada.user)];
		const { group_id } = asked.data;
		for (const group of [asked, other]) await group.invite(bob.id);
		const swapped = rerouting(group_id, other.data.group_id);
		bob.through((request, send) =>
			isOn("PATCH", request) || isOn(groupOf(group_id), request) ? swapped(request, send) : send(),
		);
		await bob.user.acceptGroupInvite(group_id);
		expect(await rejection(bob.user.getGroup(group_id))).toMatchObject({ code: "ANSWER_FORGED", what: "group" });
	});
});

describe("an API that lets somebody rotate whose rank is too low for the app", () => {
	/** Eve of rank 4 rotates, which an honest API with that option refuses. */
	async function rotated(): Promise<Group> {
		const group = await newGroup(ada.user, true);
		const seen = await join(group, bob.user);
		await (await join(group, eve.user, 4)).keyRotation(true);
		await api.runJobs();
		return seen;
	}

	it("is believed where the app doesn't ask, which sees who it was", async () => {
		const seen = await rotated();
		await seen.finishKeyRotation(2);
		expect(seen.data.keys.at(-1)).toMatchObject({ signature: "verified", signed_by: { user_id: eve.id } });
	});

	it("is refused where the app asks its own records for the rank", async () => {
		const seen = await rotated();
		signers = (userId) => userId === ada.id;
		expect(await rejection(seen.finishKeyRotation(2))).toMatchObject({
			failures: [{ error: { code: "SIGNER_UNKNOWN" } }],
		});
		expect(keyIds(seen)).toHaveLength(1);
	});
});

it("an API that changes the own rank can't do more than before: what it is asked for, it could do by itself", async () => {
	const group = await newGroup(ada.user);
	const joined = await join(group, bob.user);
	bob.through(changing(/update_check$/, (answer) => ({ ...answer, rank: 0 })));
	await joined.groupUpdateCheck();
	expect(joined.data.rank).toBe(0);
	expect(await rejection(joined.kickUser(ada.id))).toMatchObject({ status: "server_301" });
});
