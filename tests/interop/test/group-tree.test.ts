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

async function expectShared(first: PartyGroup, second: PartyGroup): Promise<void> {
	expect(second.keyIds).toEqual(first.keyIds);
	expect(await second.decrypt(await first.encrypt("down the tree"))).toBe("down the tree");
	expect(await first.decrypt(await second.encrypt("and up"))).toBe("and up");
}

describe.each(both)("groups below groups: $who", ({ a, b }) => {
	it("a child is opened by the members of its parent, and so is the child's child", async () => {
		const parent = await a.createGroup();
		await parent.invite(b.id, { auto: true, rank: 2 });
		const child = await parent.createChild();
		const joined = await b.openGroup(parent.id);
		const theirChild = await joined.child(child.id);
		expect(theirChild.rank).toBe(2);
		await expectShared(child, theirChild);

		const grandchild = await child.createChild();
		await expectShared(grandchild, await theirChild.child(grandchild.id));
	});

	it("a connected group is opened through the group, and its child through both", async () => {
		const group = await a.createGroup();
		await group.invite(b.id, { auto: true });
		const connected = await group.createConnected();
		const child = await connected.createChild();
		const joined = await b.openGroup(group.id);
		const theirConnected = await joined.connected(connected.id);
		await expectShared(connected, theirConnected);
		await expectShared(child, await theirConnected.child(child.id));
		expect(await statusOfCall(() => b.openGroup(connected.id))).not.toBe("none");
	});

	it("a group is invited, accepts, and its members read", async () => {
		const connected = await (await a.createGroup()).createConnected();
		const guest = await b.createGroup();
		await connected.invite(guest.id, { group: true, rank: 2 });
		expect(await guest.inbox.list()).toEqual([connected.id]);
		await guest.inbox.accept(connected.id);
		const joined = await guest.connected(connected.id);
		expect(joined.rank).toBe(2);
		await expectShared(connected, joined);
		expect(await connected.members()).toContainEqual([guest.id, 2]);
	});

	it("a group that rejects stays outside, one that is invited automatically is inside", async () => {
		const connected = await (await a.createGroup()).createConnected();
		const guest = await b.createGroup();
		await connected.invite(guest.id, { group: true });
		await guest.inbox.reject(connected.id);
		expect(await guest.inbox.list()).toEqual([]);
		expect(await statusOfCall(() => guest.connected(connected.id))).toBe("server_310");
		await connected.invite(guest.id, { group: true, auto: true });
		await expectShared(connected, await guest.connected(connected.id));
		await connected.invite(guest.id, { group: true, again: true });
		const joined = await guest.connected(connected.id);
		await expectShared(connected, joined);
		await connected.kick(guest.id);
		expect(await statusOfCall(() => joined.refresh())).toBe("server_310");
	});

	it("a group asks to join, is refused, asks again and is let in", async () => {
		const connected = await (await b.createGroup()).createConnected();
		const guest = await a.createGroup();
		await guest.inbox.ask(connected.id);
		expect(await guest.inbox.sent()).toEqual([connected.id]);
		expect(await connected.joinRequests()).toEqual([guest.id]);
		await connected.rejectJoinRequest(guest.id);
		await guest.inbox.ask(connected.id);
		await guest.inbox.withdraw(connected.id);
		expect(await connected.joinRequests()).toEqual([]);
		await guest.inbox.ask(connected.id);
		await connected.acceptJoinRequest(guest.id, { group: true, rank: 3 });
		const joined = await guest.connected(connected.id);
		expect(joined.rank).toBe(3);
		await expectShared(connected, joined);
	});

	it("a group that isn't connected takes no groups", async () => {
		const group = await a.createGroup();
		const guest = await b.createGroup();
		expect(await statusOfCall(() => group.invite(guest.id, { group: true }))).toBe("server_319");
		expect(await statusOfCall(() => guest.inbox.ask(group.id))).toBe("server_319");
	});
});
