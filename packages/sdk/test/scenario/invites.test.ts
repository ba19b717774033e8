import { rejection, sample, startApi, startSentc, thrown } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group, User } from "../../src/index.js";
import { isOn } from "../support/between.js";
import { idOf, join, keyIds, newGroup, newMember, readEachOther } from "../support/groups.js";

const api = await startApi();
afterAll(() => api.close());

let ada: User;
let bob: User;
let group: Group;
beforeAll(async () => {
	ada = (await newMember(api)).user;
	bob = (await newMember(api)).user;
	group = await newGroup(ada);
});

describe("an invite", () => {
	it("is listed, and after it was accepted both read the same", async () => {
		const before = await group.encryptString("from before");
		expect(await group.invite(idOf(bob))).toBeUndefined();
		const [invite, ...others] = await bob.getGroupInvites();
		expect(others).toEqual([]);
		expect(invite).toEqual({ group_id: group.data.group_id, time: expect.any(Number) });
		expect(await bob.getGroupInvites(invite)).toEqual([]);

		await bob.acceptGroupInvite(group.data.group_id);
		expect(await bob.getGroupInvites()).toEqual([]);
		const seen = await bob.getGroup(group.data.group_id);
		expect(seen.data).toMatchObject({ rank: 4, from_parent: false });
		expect(await seen.decryptString(before)).toBe("from before");
		expect(await readEachOther(group, seen)).toBe(true);
	});

	it("gives no access before it is accepted, and none when it is rejected", async () => {
		const { user } = await newMember(api);
		const { group_id } = group.data;
		await group.invite(idOf(user));
		expect(await rejection(user.getGroup(group_id))).toMatchObject({ status: "server_310" });
		await user.rejectGroupInvite(group_id);
		expect(await user.getGroupInvites()).toEqual([]);
		expect(await rejection(user.getGroup(group_id))).toMatchObject({ status: "server_310" });
		expect(await rejection(user.acceptGroupInvite(group_id))).toMatchObject({ status: "server_307" });
	});

	it("can be one at once, with a rank", async () => {
		const { user } = await newMember(api);
		await group.inviteAuto(idOf(user), 2);
		const seen = await user.getGroup(group.data.group_id);
		expect(seen.data.rank).toBe(2);
		expect(await readEachOther(group, seen)).toBe(true);
	});

	it("comes with `init`", async () => {
		const { storage, user } = await newMember(api);
		await group.invite(idOf(user));
		const { sentc } = await startSentc(api, { storage });
		expect((await sentc.getActualUser()).group_invites).toMatchObject([{ group_id: group.data.group_id }]);
	});

	it.each(["invite", "inviteAuto"] as const)(
		"gives a key, too, that others made while it was on its way (%s)",
		async (how) => {
			const inviter = await newMember(api);
			const own = await newGroup(inviter.user);
			const bobs = await join(own, bob);
			inviter.through(async (request, send) => {
				if (!isOn(/^PUT \/group\/[\w-]+\/invite(_auto)?\//, request)) return send();
				inviter.beHonest();
				await bobs.keyRotation();
				await api.runJobs();
				return send();
			});
			const { user, id } = await newMember(api);
			expect(await own[how](id)).toMatchObject([{ status: "fulfilled" }]);
			if (how === "invite") await user.acceptGroupInvite(own.data.group_id);
			const seen = await user.getGroup(own.data.group_id);
			expect(keyIds(seen)).toEqual(keyIds(bobs));
			expect(await readEachOther(seen, bobs)).toBe(true);
		},
	);

	it("gives every key again to a member who lost some", async () => {
		const { user } = await newMember(api);
		const seen = await join(group, user, 3);
		await group.reInviteUser(idOf(user));
		await seen.groupUpdateCheck();
		expect(seen.data.rank).toBe(3);
		expect(await readEachOther(group, seen)).toBe(true);
		const stranger = (await newMember(api)).id;
		expect(await rejection(group.reInviteUser(stranger))).toMatchObject({ status: "server_320" });
	});

	it("is refused while invites are stopped", async () => {
		const { id } = await newMember(api);
		const own = await newGroup(ada);
		await own.stopInvites();
		expect(await rejection(own.invite(id))).toMatchObject({ status: "server_317" });
		await own.stopInvites();
		expect(await own.invite(id)).toBeUndefined();
	});
});

describe("the rank of an invite", () => {
	it.each(sample([0, 1, 2, 3, 4]))(
		"of somebody with rank %s decides who may be invited, and is checked before anything is sent",
		async (rank) => {
			const own = await newGroup(ada);
			const member = await newMember(api);
			const seen = rank === 0 ? own : await join(own, member.user, rank);
			for (const given of [0, 1, 2, 3, 4, undefined]) {
				const other = await newMember(api);
				const allowed = rank <= 2 && (given ?? 4) >= Math.max(1, rank);
				if (allowed) {
					await seen.inviteAuto(other.id, given);
					expect((await other.user.getGroup(own.data.group_id)).data.rank).toBe(given ?? 4);
					continue;
				}
				const sent = await api.requestsOf(async () => {
					for (const call of [seen.invite, seen.inviteAuto, seen.inviteGroup, seen.inviteGroupAuto]) {
						expect(await rejection(call.call(seen, other.id, given))).toMatchObject({
							code: "NO_PERMISSION",
							status: "client_201",
						});
					}
					expect(await rejection(seen.prepareKeysForNewMember(other.id, given))).toMatchObject({
						code: "NO_PERMISSION",
					});
				});
				expect(sent).toEqual([]);
			}
			if (rank > 2) expect(await rejection(seen.reInviteUser(idOf(ada)))).toMatchObject({ code: "NO_PERMISSION" });
		},
	);

	it.each([-1, 5, 1.5, Number.NaN, "2" as unknown as number])("can't be %s", async (rank) => {
		expect(await rejection(group.invite(idOf(bob), rank))).toMatchObject({ code: "INVALID_INPUT", field: "rank" });
	});
});

describe("what an own backend sends", () => {
	const headers = async (user: User) => ({
		"x-sentc-app-token": api.app_token,
		Authorization: `Bearer ${await user.getJwt()}`,
		"Content-Type": "application/json",
	});
	const send = async (user: User, method: string, path: string, body: string): Promise<Response> =>
		fetch(`${api.base_url}/api/v1${path}`, { method, headers: await headers(user), body });

	it("invites by a prepared body", async () => {
		const { user } = await newMember(api);
		const own = await newGroup(ada);
		const { group_id } = own.data;
		const body = await own.prepareKeysForNewMember(idOf(user), 3);
		expect(JSON.parse(body)).toMatchObject({ rank: 3, key_session: true, keys: [{ key_id: own.data.newest_key_id }] });
		expect(JSON.parse(await own.prepareKeysForNewMember(idOf(user)))).toMatchObject({ rank: null });
		await send(ada, "PUT", `/group/${group_id}/invite_auto/${idOf(user)}`, body);
		const seen = await user.getGroup(group_id);
		expect(seen.data.rank).toBe(3);
		expect(await readEachOther(own, seen)).toBe(true);
		expect(await own.handleInviteSessionKeysForNewMember("", idOf(user))).toEqual([]);
		expect(await rejection(own.prepareKeysForNewMember(idOf(user), 3, 1))).toMatchObject({ field: "page" });
	});

	it("gives a key, too, that others made before the invite was sent", async () => {
		const own = await newGroup(ada);
		const { group_id } = own.data;
		const bobs = await join(own, bob);
		for (const [how, isMember, passesBody] of [
			["invite", false, true],
			["invite_auto", true, true],
			["invite_auto", true, false],
		] as const) {
			const { user, id } = await newMember(api);
			const body = await own.prepareKeysForNewMember(id);
			await bobs.keyRotation();
			await api.runJobs();
			const answer = await send(ada, "PUT", `/group/${group_id}/${how}/${id}`, body);
			const { session_id } = (await answer.json()).result;
			const done = own.handleInviteSessionKeysForNewMember(
				session_id,
				id,
				isMember,
				false,
				passesBody ? body : undefined,
			);
			expect(await done).toMatchObject([{ status: "fulfilled" }]);
			if (!isMember) await user.acceptGroupInvite(group_id);
			const seen = await user.getGroup(group_id);
			expect(keyIds(seen)).toEqual(keyIds(bobs));
			expect(await readEachOther(seen, bobs)).toBe(true);
		}
	});

	it("says so where the API opens no session, and who was left out knows", async () => {
		const own = await newGroup(ada);
		const { group_id } = own.data;
		const bobs = await join(own, bob);
		const { user, id } = await newMember(api);
		const body = await own.prepareKeysForNewMember(id);
		const hand = (): Promise<unknown> => own.handleInviteSessionKeysForNewMember("", id, true, false, body);
		expect(await hand()).toEqual([]);
		await bobs.keyRotation();
		await api.runJobs();
		await send(ada, "PUT", `/group/${group_id}/invite_auto/${id}`, body);
		expect(await rejection(hand())).toMatchObject({ code: "ENVELOPE_INCOMPLETE" });
		const seen = await user.getGroup(group_id);
		await seen.groupUpdateCheck();
		await seen.finishKeyRotation();
		expect(seen.data.key_update).toBe(true);
		await own.reInviteUser(id);
		await seen.finishKeyRotation();
		expect(seen.data.key_update).toBe(false);
		expect(await readEachOther(seen, bobs)).toBe(true);
		const refused = rejection(own.handleInviteSessionKeysForNewMember("", id, true, false, "{}"));
		expect(await refused).toMatchObject({ code: "INVALID_INPUT", field: "prepared_input" });
	});

	it("creates a child group by a prepared body", async () => {
		const own = await newGroup(ada, true);
		const [body, keyId] = own.prepareCreateChildGroup(true);
		expect(keyId).toBe(own.data.newest_key_id);
		expect(JSON.parse(body)).toMatchObject({ creator_public_key_id: keyId, signed_by_user_id: idOf(ada) });
		const [, sameKey] = await own.prepareCreateChildGroupAsync();
		expect(sameKey).toBe(keyId);
		const answer = await send(ada, "POST", `/group/${own.data.group_id}/child`, body);
		const id = ada.doneGroupCreate(await answer.text(), body);
		const child = await own.getChildGroup(id, 2);
		expect(child.data).toMatchObject({ from_parent: true, parent_group_id: own.data.group_id, rank: 0 });
	});

	it("changes a rank by a prepared body", async () => {
		const { user } = await newMember(api);
		const own = await newGroup(ada);
		const seen = await join(own, user);
		const body = own.prepareUpdateRank(idOf(user), 2);
		expect(JSON.parse(body)).toEqual({ changed_user_id: idOf(user), new_rank: 2 });
		await send(ada, "PUT", `/group/${own.data.group_id}/change_rank`, body);
		await seen.groupUpdateCheck();
		expect(seen.data.rank).toBe(2);
		expect(thrown(() => seen.prepareUpdateRank(idOf(ada), 2))).toMatchObject({ code: "NO_PERMISSION" });
	});
});
