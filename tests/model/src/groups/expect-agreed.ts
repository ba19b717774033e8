import type { Group } from "@sentc-ts/sdk";
import { expect } from "vitest";
import { refused } from "../commands/command.js";
import { type GroupModel, type Groups, rankOf } from "./model.js";
import { openGroup, type World } from "./world.js";

/** In the end everybody has exactly what the model says, on a device that has seen nothing of it. */
export async function expectAgreed({ all, gone }: Groups, world: World): Promise<void> {
	for (const group of all.filter(({ kind }) => kind === "top")) await rotateWhatIsDue(group, world);
	for (const group of all) {
		const opened: Group[] = [];
		for (let user = 0; user < world.people.length; user++) {
			const rank = rankOf(user, group);
			if (rank !== undefined) opened.push(await expectMember(group, user, rank, world));
			else await refused(openGroup(world.person(user).looking, group), "server_310");
		}
		expectSameKeys(group, opened);
		expectNewest(group, opened, world);
	}
	const [{ looking }] = world.people as [World["people"][number]];
	for (const id of gone) await refused(looking.getGroup(id), "server_310");
}

/** A member who left has left keys to be rotated. */
async function rotateWhatIsDue(group: GroupModel, { person }: World): Promise<void> {
	const [member] = group.members.keys();
	if (member === undefined) return;
	await (await openGroup(person(member).looking, group)).rotateDueKeys();
}

async function expectMember(group: GroupModel, user: number, rank: number, { person }: World): Promise<Group> {
	const open = await openGroup(person(user).looking, group);
	expect(open.data.rank).toBe(rank);
	for (const { ciphertext, text } of group.messages) expect(await open.decryptString(ciphertext)).toBe(text);
	if (group.kind === "top") {
		const expected = [...group.members]
			.filter(([other]) => other !== user)
			.map(([other, is]) => [person(other).id, is]);
		const listed = (await open.getMember()).map(({ user_id, rank: is }) => [user_id, is]);
		expect(new Map(listed as [string, number][])).toEqual(new Map(expected as [string, number][]));
	}
	return open;
}

const keyIds = ({ data }: Group): string[] => data.keys.map(({ group_key_id }) => group_key_id).sort();

function expectSameKeys({ leastKeys }: GroupModel, opened: readonly Group[]): void {
	const [first, ...others] = opened;
	if (!first) return;
	expect(first.data.keys.length).toBeGreaterThanOrEqual(leastKeys);
	for (const other of others) {
		expect(keyIds(other)).toEqual(keyIds(first));
		expect(other.data.newest_key_id).toBe(first.data.newest_key_id);
	}
}

/** Removal means removal: who has no access has never had the newest key. */
function expectNewest(group: GroupModel, opened: readonly Group[], { people }: World): void {
	const [first] = opened;
	if (!first) return;
	for (const [user] of people.entries()) {
		if (rankOf(user, group) === undefined)
			expect(group.seen.get(user) ?? new Set()).not.toContain(first.data.newest_key_id);
	}
}
