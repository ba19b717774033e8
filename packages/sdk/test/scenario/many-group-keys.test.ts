import { type ServedApi, startApi } from "@sentc-ts/test-world";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group } from "../../src/index.js";
import { changing } from "../support/between.js";
import { keyIds, type Member, newGroup, newMember } from "../support/groups.js";

/** More than two requests take. */
const KEYS = 203;

let api: ServedApi;
let ada: Member;
let group: Group;
/** What was encrypted by the oldest key. */
let oldest: string;
beforeAll(async () => {
	api = await startApi({ app: { ...LAX_OPTIONS, max_key_rotation_month: 1000 } });
	ada = await newMember(api);
	group = await newGroup(ada.user);
	oldest = await group.encryptString("by the oldest key");
	for (let keys = 1; keys < KEYS; keys++) await group.keyRotation();
	await api.runJobs();
});
afterAll(() => api.close());

const uploads = (): string[] =>
	ada.requests.filter((request) => request.startsWith("PUT") && request.includes("/session/"));

async function seesEverything(member: Member, through?: string): Promise<void> {
	const seen = await member.user.getGroup(group.data.group_id, through);
	expect(seen.data.newest_key_id).toBe(group.data.newest_key_id);
	expect(keyIds(seen)).toEqual(keyIds(group));
	expect(await seen.decryptString(oldest)).toBe("by the oldest key");
}

describe("a group with hundreds of keys", () => {
	it.each<[string, string, (member: Member) => Promise<unknown>]>([
		["by an invite that makes a member at once", "join_req", ({ id }) => group.inviteAuto(id)],
		[
			"by an invite",
			"invite",
			async ({ id, user }) => {
				const done = await group.invite(id);
				await user.acceptGroupInvite(group.data.group_id);
				return done;
			},
		],
		[
			"by the acceptance of a join request",
			"join_req",
			async ({ id, user }) => {
				await user.groupJoinRequest(group.data.group_id);
				return group.acceptJoinRequest(id);
			},
		],
		[
			"by being invited again after some were lost",
			"join_req",
			async ({ id }) => {
				await group.inviteAuto(id);
				ada.requests.length = 0;
				return group.reInviteUser(id);
			},
		],
	])("is handed over whole, each key once: %s", async (_, session, act) => {
		const member = await newMember(api);
		ada.requests.length = 0;
		const done = await act(member);
		expect(done).toMatchObject([{ status: "fulfilled" }, { status: "fulfilled" }]);
		expect(uploads()).toHaveLength(2);
		for (const upload of uploads()) expect(upload).toContain(`/${session}/session/`);
		await seesEverything(member);
	});

	it("is handed over by an own backend, which sends the first request", async () => {
		const member = await newMember(api);
		const { group_id } = group.data;
		const body = await group.prepareKeysForNewMember(member.id);
		expect(JSON.parse(body)).toMatchObject({ key_session: true });
		expect(JSON.parse(body).keys).toHaveLength(100);
		expect(JSON.parse(await group.prepareKeysForNewMember(member.id, undefined, 2))).toHaveLength(3);
		const headers = {
			"x-sentc-app-token": api.app_token,
			Authorization: `Bearer ${await ada.user.getJwt()}`,
			"Content-Type": "application/json",
		};
		const url = `${api.base_url}/api/v1/group/${group_id}/invite_auto/${member.id}`;
		const { result } = await (await fetch(url, { method: "PUT", headers, body })).json();
		const done = await group.handleInviteSessionKeysForNewMember(result.session_id, member.id, true, false, body);
		expect(done).toMatchObject([{ status: "fulfilled" }, { status: "fulfilled" }]);
		await seesEverything(member);
	});

	it("is reported as not handed over when the API opens no session", async () => {
		const member = await newMember(api);
		ada.through(changing("PUT ", (answer) => ({ ...answer, session_id: null })));
		await expect(group.inviteAuto(member.id)).rejects.toMatchObject({ code: "ENVELOPE_INCOMPLETE" });
		ada.beHonest();
		await group.reInviteUser(member.id);
		await seesEverything(member);
	});

	it("opens on a device that has nothing, page by page", async () => {
		const again = await newMember(api);
		await group.inviteAuto(again.id);
		again.requests.length = 0;
		await seesEverything(again);
		expect(again.requests.filter((request) => request.includes("/keys/"))).toHaveLength(5 - 1);
	});

	it("hands its keys to a group that becomes a member", async () => {
		const connected = await group.getConnectedGroup(await group.createConnectedGroup());
		for (let keys = 1; keys < 52; keys++) await connected.keyRotation();
		await api.runJobs();
		const other = await newMember(api);
		const own = await newGroup(other.user);
		await connected.inviteGroupAuto(own.data.group_id);
		expect(keyIds(await own.getConnectedGroup(connected.data.group_id))).toEqual(keyIds(connected));
	});
});
