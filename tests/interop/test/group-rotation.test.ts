import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { ours, type PartyGroup, theirs } from "./party.js";
import { createWorld, statusOfCall } from "./world.js";

const world = await createWorld();
afterAll(() => world.close());
const us = ours((await world.signUp()).user);
const them = theirs(await world.signUpReference());
const others = [ours((await world.signUp()).user), theirs(await world.signUpReference())];

const both = [
	{ a: us, b: them, who: "our SDK starts, the reference client finishes" },
	{ a: them, b: us, who: "the reference client starts, our SDK finishes" },
];

/** Nobody waits: a rotation of a small group is done when its answer arrives. */
async function expectNewKey(starter: PartyGroup, member: PartyGroup, keyId: string, verify = false): Promise<void> {
	await member.refresh();
	await member.finishRotations(verify);
	expect(member.keyIds).toEqual(starter.keyIds);
	expect(member.keyIds[0]).toBe(keyId);
	const text = await member.encrypt("under the new key");
	expect(JSON.parse(Buffer.from(text, "base64").toString("latin1").split("\0")[0] ?? "").id).toBe(keyId);
	expect(await starter.decrypt(text)).toBe("under the new key");
}

describe.each(both)("the keys of a group are rotated: $who", ({ a, b }) => {
	it("at once, what was encrypted before stays open", async () => {
		const group = await a.createGroup();
		await group.invite(b.id, { auto: true });
		const joined = await b.openGroup(group.id);
		const before = await joined.encrypt("before");
		await expectNewKey(group, joined, await group.rotate());
		expect(await group.decrypt(before)).toBe("before");
		expect(await joined.decrypt(before)).toBe("before");
	});

	it("signed, and the signature is verified", async () => {
		const group = await a.createGroup(true);
		await group.invite(b.id, { auto: true });
		const joined = await b.openGroup(group.id);
		await expectNewKey(group, joined, await group.rotate(true), true);
	});

	it("several times while a member was away, by both", async () => {
		const group = await a.createGroup();
		const away = others.map(({ id }) => id);
		for (const id of [b.id, ...away]) await group.invite(id, { auto: true, rank: 1 });
		const joined = await b.openGroup(group.id);
		const waiting = await Promise.all(others.map((other) => other.openGroup(group.id)));
		await expectNewKey(group, joined, await group.rotate());
		await expectNewKey(joined, group, await joined.rotate(true));
		const last = await group.rotate();
		for (const member of [joined, ...waiting]) await expectNewKey(group, member, last);
	});

	it("before somebody accepts an invite, who has the new key, too", async () => {
		const group = await a.createGroup();
		await group.invite(b.id);
		const keyId = await group.rotate();
		await b.inbox.accept(group.id);
		await expectNewKey(group, await b.openGroup(group.id), keyId);
	});

	it("in a child and a connected group, where the parent and the group hold the key", async () => {
		const parent = await a.createGroup();
		await parent.invite(b.id, { auto: true, rank: 1 });
		const child = await parent.createChild();
		const joined = await b.openGroup(parent.id);
		const theirChild = await joined.child(child.id);
		await expectNewKey(child, theirChild, await child.rotate());
		await expectNewKey(theirChild, child, await theirChild.rotate());

		const guest = await b.createGroup();
		const connected = await parent.createConnected();
		await connected.invite(guest.id, { group: true, auto: true, rank: 1 });
		const theirs = await guest.connected(connected.id);
		await expectNewKey(connected, theirs, await connected.rotate());
		await expectNewKey(theirs, connected, await theirs.rotate());
	});
});

it("200 ms after our SDK rotated, invited or removed, the reference client sees it, as it is used to", async () => {
	const group = await us.createGroup();
	await group.invite(them.id);
	await sleep(200);
	expect(await them.inbox.list()).toContain(group.id);
	await them.inbox.accept(group.id);
	const joined = await them.openGroup(group.id);
	const keyId = await group.rotate();
	await sleep(200);
	await expectNewKey(group, joined, keyId);
	await group.kick(them.id);
	await sleep(200);
	expect(await statusOfCall(() => joined.refresh())).toBe("server_310");
});

describe("our SDK removes somebody", () => {
	it("and members on the reference client finish the rotation that comes with it", async () => {
		const group = await us.createGroup();
		const [, leaving] = others;
		if (!leaving) throw new Error("nobody is there");
		for (const { id } of [them, leaving]) await group.invite(id, { auto: true });
		const joined = await them.openGroup(group.id);
		const left = await leaving.openGroup(group.id);
		await group.kick(leaving.id);
		const keyId = String(group.keyIds[0]);
		expect(joined.keyIds).not.toContain(keyId);
		await expectNewKey(group, joined, keyId);
		expect(await statusOfCall(async () => left.decrypt(await group.encrypt("among us")))).toBe("server_310");
	});
});
