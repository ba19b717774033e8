import { afterAll, describe, expect, it } from "vitest";
import { ours, type PartyGroup, theirs } from "./party.js";
import { createWorld, statusOfCall } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());
const us = ours((await world.signUp()).user);
const them = theirs(await world.signUpReference());

const both = [
	{ a: us, b: them, who: "our SDK acts on the reference client" },
	{ a: them, b: us, who: "the reference client acts on our SDK" },
];

/** Each opens what the other one writes, signed and not. */
async function expectShared(first: PartyGroup, second: PartyGroup): Promise<void> {
	expect(await second.decrypt(await first.encrypt("Grüße, 世界 🌍"))).toBe("Grüße, 世界 🌍");
	expect(await first.decrypt(await second.encrypt("and back", true))).toBe("and back");
}

const NO_ACCESS = "server_310";

describe.each(both)("members of a group: $who", ({ a, b }) => {
	it("an invite waits in the inbox, and once accepted both read", async () => {
		const group = await a.createGroup();
		await group.invite(b.id, { rank: 3 });
		expect(await statusOfCall(() => b.openGroup(group.id))).toBe(NO_ACCESS);
		expect(await b.inbox.list()).toContain(group.id);
		await b.inbox.accept(group.id);
		expect(await b.inbox.list()).not.toContain(group.id);
		const joined = await b.openGroup(group.id);
		expect(joined.rank).toBe(3);
		expect(joined.keyIds).toEqual(group.keyIds);
		await expectShared(group, joined);
		expect(await group.members()).toEqual([[b.id, 3]]);
		expect(await joined.members()).toEqual([[a.id, 0]]);
		expect(await b.groups()).toContain(group.id);
	});

	it("an invite that is rejected leaves nothing, and may be made again", async () => {
		const group = await a.createGroup();
		await group.invite(b.id);
		expect(await statusOfCall(() => group.invite(b.id))).toBe("server_302");
		await b.inbox.reject(group.id);
		expect(await statusOfCall(() => b.inbox.accept(group.id))).toBe("server_307");
		expect(await statusOfCall(() => b.openGroup(group.id))).toBe(NO_ACCESS);
		await group.invite(b.id);
		await b.inbox.accept(group.id);
		await expectShared(group, await b.openGroup(group.id));
	});

	it("an auto invite makes a member at once, with the weakest rank if none is named", async () => {
		const group = await a.createGroup(true);
		await group.invite(b.id, { auto: true });
		const joined = await b.openGroup(group.id);
		expect(joined.rank).toBe(4);
		await expectShared(group, joined);
		expect(await statusOfCall(() => group.invite(b.id, { auto: true }))).toBe("server_302");
	});

	it("a join request is answered", async () => {
		const group = await b.createGroup();
		await a.inbox.ask(group.id);
		expect(await a.inbox.sent()).toContain(group.id);
		expect(await group.joinRequests()).toEqual([a.id]);
		await group.rejectJoinRequest(a.id);
		expect(await group.joinRequests()).toEqual([]);
		expect(await statusOfCall(() => group.acceptJoinRequest(a.id))).toBe("server_309");

		await a.inbox.ask(group.id);
		await a.inbox.withdraw(group.id);
		expect(await group.joinRequests()).toEqual([]);

		await a.inbox.ask(group.id);
		await group.acceptJoinRequest(a.id, { rank: 2 });
		const joined = await a.openGroup(group.id);
		expect(joined.rank).toBe(2);
		await expectShared(group, joined);
	});

	it("a member who is invited again keeps the rank and has every key", async () => {
		const group = await a.createGroup();
		const before = await group.encrypt("before");
		await group.invite(b.id, { auto: true, rank: 2 });
		await group.rotate();
		await group.invite(b.id, { again: true });
		const joined = await b.openGroup(group.id);
		expect(joined.rank).toBe(2);
		expect(joined.keyIds).toEqual(group.keyIds);
		expect(await joined.decrypt(before)).toBe("before");
		await expectShared(group, joined);
	});

	it("stopped invites refuse invites and requests, until they are allowed again", async () => {
		const group = await a.createGroup();
		await group.stopInvites();
		expect(await statusOfCall(() => group.invite(b.id))).toBe("server_317");
		expect(await statusOfCall(() => group.invite(b.id, { auto: true }))).toBe("server_317");
		expect(await statusOfCall(() => b.inbox.ask(group.id))).toBe("server_317");
		await group.stopInvites();
		await b.inbox.ask(group.id);
		expect(await group.joinRequests()).toEqual([b.id]);
	});

	it("a new rank counts at once", async () => {
		const group = await a.createGroup();
		await group.invite(b.id, { auto: true });
		const joined = await b.openGroup(group.id);
		expect(await statusOfCall(() => joined.invite(a.id))).toBe("client_201");
		await group.updateRank(b.id, 1);
		await joined.refresh();
		expect(joined.rank).toBe(1);
		expect(await statusOfCall(() => joined.invite(a.id))).toBe("server_302");
		expect(await statusOfCall(() => joined.updateRank(a.id, 4))).toBe("server_314");
		expect(await statusOfCall(() => joined.kick(a.id))).toBe("server_315");
		for (const rank of [-1, 0, 5]) expect(await statusOfCall(() => group.updateRank(b.id, rank))).not.toBe("none");
		expect(await group.members()).toEqual([[b.id, 1]]);
	});

	it("who is removed has no access in the next moment", async () => {
		const group = await a.createGroup();
		await group.invite(b.id, { auto: true });
		const joined = await b.openGroup(group.id);
		await group.kick(b.id);
		expect(await statusOfCall(() => joined.refresh())).toBe(NO_ACCESS);
		expect(await b.groups()).not.toContain(group.id);
		expect(await group.members()).toEqual([]);
	});

	it("a member leaves, the only admin can't", async () => {
		const group = await b.createGroup();
		await group.invite(a.id, { auto: true });
		expect(await statusOfCall(() => group.leave())).toBe("server_308");
		await (await a.openGroup(group.id)).leave();
		expect(await group.members()).toEqual([]);
		expect(await a.groups()).not.toContain(group.id);
	});

	it("a deleted group is gone for everybody", async () => {
		const group = await a.createGroup();
		await group.invite(b.id, { auto: true });
		const joined = await b.openGroup(group.id);
		await group.delete();
		expect(await statusOfCall(() => joined.refresh())).toBe(NO_ACCESS);
		expect(await b.groups()).not.toContain(group.id);
	});
});
