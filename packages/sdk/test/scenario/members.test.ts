import { rejection, sample, startApi } from "@sentc-ts/test-world";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Group, User } from "../../src/index.js";
import { idOf, join, type Member, newGroup, newMember } from "../support/groups.js";
import updateRank from "../vectors/update_rank.json" with { type: "json" };

const api = await startApi();
afterAll(() => api.close());

/** A group with members of the ranks 1 to 4. */
async function newTeam(): Promise<{ ada: Member; group: Group; members: Member[]; seen: Group[] }> {
	const ada = await newMember(api);
	const group = await newGroup(ada.user);
	const members: Member[] = [];
	const seen: Group[] = [];
	for (const rank of [1, 2, 3, 4]) {
		const member = await newMember(api);
		seen.push(await join(group, member.user, rank));
		members.push(member);
	}
	return { ada, group, members, seen };
}

describe("the members of a group", () => {
	let team: Awaited<ReturnType<typeof newTeam>>;
	beforeAll(async () => {
		team = await newTeam();
	});

	it("are listed without oneself, page by page", async () => {
		const { ada, group, members, seen } = team;
		const list = await group.getMember();
		expect(list).toEqual(
			members.map(({ id }, index) => ({ user_id: id, rank: index + 1, user_type: 0, joined_time: expect.any(Number) })),
		);
		expect((await group.getMember(list[1])).map(({ user_id }) => user_id)).toEqual(
			members.slice(2).map(({ id }) => id),
		);
		expect(await group.getMember(list.at(-1))).toEqual([]);
		const others = (await seen[3]?.getMember()) ?? [];
		expect(others.map(({ user_id }) => user_id)).toEqual([ada.id, ...members.slice(0, 3).map(({ id }) => id)]);
		const last = { ...list[0], joined_time: "1" as unknown as number };
		expect(await rejection(group.getMember(last as never))).toMatchObject({ field: "last.joined_time" });
	});

	it("see their group in the list of their groups", async () => {
		const { group, members } = team;
		const [item] = (await members[1]?.user.getGroups()) ?? [];
		expect(item).toMatchObject({ group_id: group.data.group_id, rank: 2 });
	});

	it.each(sample([0, 1, 2, 3, 4]))("with rank %s may change ranks as the table says", async (rank) => {
		const { ada, group, members, seen } = team;
		const acting = rank === 0 ? group : seen[rank - 1];
		if (!acting) throw new Error("There is nobody with that rank");
		const target = members[3]?.id ?? "";
		if (rank > 1) {
			const sent = await api.requestsOf(async () => {
				expect(await rejection(acting.updateRank(target, 3))).toMatchObject({ status: "client_201" });
			});
			return expect(sent).toEqual([]);
		}
		await acting.updateRank(target, 3);
		await seen[3]?.groupUpdateCheck();
		expect(seen[3]?.data.rank).toBe(3);
		await group.updateRank(target, 4);
		await seen[3]?.groupUpdateCheck();
		expect(await rejection(acting.updateRank(ada.id, 2))).toMatchObject({ status: "server_314" });
		expect(await rejection(acting.updateRank("0193e0aa-0000-7000-8000-000000000000", 2))).toMatchObject({
			status: "server_300",
		});
	});

	it("can be given less by themselves, which is known at once and stored", async () => {
		const { members, seen, group } = await newTeam();
		const [admin] = members;
		await seen[0]?.updateRank(admin?.id ?? "", 4);
		expect(seen[0]?.data.rank).toBe(4);
		expect((await admin?.user.getGroup(group.data.group_id))?.data.rank).toBe(4);
	});

	it("get ranks in the form of the reference client, which refuses the same", async () => {
		const { group } = team;
		for (const { admin_rank, new_rank, output, error } of updateRank.cases) {
			group.data.rank = admin_rank;
			const prepare = (): string => group.prepareUpdateRank("11111111-1111-4111-8111-111111111111", new_rank);
			if (output !== undefined) expect(prepare()).toBe(output);
			else expect(prepare).toThrow(expect.objectContaining({ status: JSON.parse(error ?? "").status }));
		}
		group.data.rank = 0;
	});

	it.each(sample([0, 1, 2, 3, 4]))("with rank %s may remove others as the table says", async (rank) => {
		const { ada, group, members, seen } = await newTeam();
		const acting = rank === 0 ? group : seen[rank - 1];
		if (!acting) throw new Error("There is nobody with that rank");
		for (const [index, { id, user }] of members.entries()) {
			const own = index + 1;
			if (own === rank) continue;
			if (rank > 2) {
				expect(await rejection(acting.kickUser(id))).toMatchObject({ code: "NO_PERMISSION" });
			} else if (own < rank) {
				expect(await rejection(acting.kickUser(id))).toMatchObject({ status: "server_316" });
			} else {
				await acting.kickUser(id).catch(pendingOnly);
				const { group_id } = group.data;
				expect(await rejection(user.getGroup(`${group_id}`).then((known) => known.groupUpdateCheck()))).toMatchObject({
					status: "server_310",
				});
			}
		}
		if (rank > 0 && rank <= 2) expect(await rejection(acting.kickUser(ada.id))).toMatchObject({ status: "server_315" });
		expect(await rejection(group.kickUser("0193e0aa-0000-7000-8000-000000000000"))).toMatchObject({
			status: "server_300",
		});
	});
});

/** Of the removal alone: who may rotate is another matter. */
function pendingOnly(error: unknown): void {
	expect(error).toMatchObject({ code: "ROTATION_PENDING" });
}

describe("leaving a group", () => {
	let ada: User;
	let group: Group;
	beforeAll(async () => {
		ada = (await newMember(api)).user;
		group = await newGroup(ada);
	});

	it("is for members, who then know nothing of it any more", async () => {
		const { storage, user } = await newMember(api);
		const seen = await join(group, user);
		await seen.leave();
		expect(await rejection(user.getGroup(group.data.group_id))).toMatchObject({ status: "server_310" });
		expect((await storage.keys()).filter((key) => key.startsWith("group_"))).toEqual([]);
	});

	it("is not for the last admin", async () => {
		expect(await rejection(group.leave())).toMatchObject({ status: "server_308" });
		const { user } = await newMember(api);
		await join(group, user, 1);
		await group.leave();
		expect(await ada.getGroups()).toEqual([]);
	});

	it("is not offered to who is a member of the parent alone", async () => {
		const parent = await newGroup(ada);
		const child = await parent.getChildGroup(await parent.createChildGroup());
		const sent = await api.requestsOf(async () => {
			expect(await rejection(child.leave())).toMatchObject({ code: "NO_PERMISSION" });
		});
		expect(sent).toEqual([]);
		expect((await child.decryptString(await child.encryptString("still here"))).length).toBeGreaterThan(0);
	});

	it("is for the group through which one is there, too", async () => {
		const access = await newGroup(ada);
		const connected = await access.getConnectedGroup(await access.createConnectedGroup());
		const second = await newGroup(ada);
		await connected.inviteGroupAuto(second.data.group_id, 1);
		const other = await second.getConnectedGroup(connected.data.group_id);
		await other.leave();
		expect(await rejection(second.getConnectedGroup(connected.data.group_id))).toMatchObject({ status: "server_310" });
		expect(idOf(ada)).toBeTypeOf("string");
	});
});
