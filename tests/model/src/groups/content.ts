import { expect } from "vitest";
import { refused } from "../commands/command.js";
import { isAtOrBelow, newGroup } from "./model.js";
import { type GroupCommand, step } from "./step.js";

const ADMIN = 1;
/** Groups in a life: with more of them, fewer steps would meet in one. */
const MOST_TOP = 2;
const MOST = 6;

export function createTop(by: number): GroupCommand {
	return {
		check: ({ all }) => all.filter(({ kind }) => kind === "top").length < MOST_TOP,
		async run({ all }, { people, person }) {
			const user = by % people.length;
			const group = newGroup(await person(user).acting.createGroup(true), "top");
			group.members.set(user, 0);
			all.push(group);
		},
		toString: () => `createTop(by ${by})`,
	};
}

export function createBelow(group: number, by: number, kind: "child" | "connected"): GroupCommand {
	return step(`create ${kind}`, { group, by }, async ({ group: above, open, rank }, { all }) => {
		if (all.length >= MOST) return;
		const call = kind === "child" ? open.createChildGroup(true) : open.createConnectedGroup(true);
		if (rank > ADMIN) return refused(call, "client_201");
		if (kind === "connected" && open.data.is_connected_group) return refused(call, "server_318");
		all.push(newGroup(await call, kind, above));
	});
}

/** With everything below it. A group that is connected stays, out of everybody's reach. */
export function deleteGroup(group: number, by: number): GroupCommand {
	return step("delete", { group, by }, async ({ group: top, open, rank }, { all, gone }) => {
		if (rank > ADMIN) return refused(open.deleteGroup(), "client_201");
		await open.deleteGroup();
		const left = all.filter((other) => !isAtOrBelow(other, top));
		gone.push(...all.filter((other) => !left.includes(other)).map(({ id }) => id));
		all.splice(0, all.length, ...left);
	});
}

export function rotate(group: number, by: number): GroupCommand {
	return step("rotate", { group, by }, async ({ group: of, open }) => {
		const { group_key_id } = await open.keyRotation(true);
		expect(open.data.newest_key_id).toBe(group_key_id);
		of.leastKeys++;
	});
}

export function encrypt(group: number, by: number, words: string): GroupCommand {
	// Signed content can't be as short as a key (protocol/crypto).
	const text = `a note: ${words}`;
	return step("encrypt", { group, by }, async ({ group: { messages }, open }) => {
		messages.push({ text, ciphertext: await open.encryptString(text, true) });
	});
}

export function decryptAll(group: number, by: number): GroupCommand {
	return step("decryptAll", { group, by }, async ({ group: { messages }, open }) => {
		for (const { ciphertext, text } of messages) expect(await open.decryptString(ciphertext)).toBe(text);
	});
}
