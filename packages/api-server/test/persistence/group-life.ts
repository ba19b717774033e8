import { setTimeout as sleep } from "node:timers/promises";
import { groupRoutes, inviteRoutes } from "@sentc-ts/transport/contract";
import { expect } from "vitest";
import { result, type Target } from "../support/api.js";
import { login, newUser, register, type Session } from "../support/client.js";
import { FIRST_PAGE } from "../support/devices.js";
import {
	finishGroupRotations,
	found,
	foundChild,
	kickAndRotate,
	listGroupRotations,
	openKeys,
	readGroup,
	rotateGroup,
	type Seat,
	seat,
	seatInChild,
} from "../support/group-keys.js";
import { doAs, keysFor } from "../support/sharing.js";
import { findOut, type Life, LONGEST, type Watch } from "./life.js";

const STEPS = [
	"found",
	"rotate",
	"invite",
	"upload",
	"accept",
	"rotate again",
	"finish",
	"rotate the child",
	"finish in the child",
	"remove",
	"invite again",
	"delete",
	"nothing more",
] as const;

/** A group with a child, which a guest is invited to and removed from. */
export const GROUP_LIFE: Life<(typeof STEPS)[number]> = { name: "a group", steps: STEPS, live, expectUsable };

async function live(server: Target, name: string, during: Watch<(typeof STEPS)[number]>): Promise<void> {
	const [owner, guest] = [await newUser(server, `${name} owner`), await newUser(server, `${name} guest`)];
	const { group, child } = await during("found", async () => {
		const group = await found(server, owner);
		return { group, child: await foundChild(server, group) };
	});
	await during("rotate", () => rotateGroup(server, group));
	const params = { group_id: group.groupId };
	const invite = async () => {
		const [newest, ...older] = await openKeys(server, group);
		const keys = (some: typeof older, keySession: boolean) =>
			keysFor(server, some, { user_id: guest.userId }, { keySession });
		const body = await keys(newest === undefined ? [] : [newest], true);
		const route = inviteRoutes.inviteUser;
		const { session_id = "" } = await doAs(server, owner, route, { ...params, user_id: guest.userId }, { body });
		return { sessionId: session_id ?? "", more: (await keys(older, false)).keys };
	};
	const session = await during("invite", invite);
	const upload = { ...params, session_id: session.sessionId };
	await during("upload", () => doAs(server, owner, inviteRoutes.uploadKeys, upload, { body: session.more }));
	await during("accept", () => doAs(server, guest, inviteRoutes.accept, params));
	const guestSeat = seat(guest, group.groupId);
	await during("rotate again", () => rotateGroup(server, group));
	await untilRotation(server, guestSeat);
	await during("finish", () => finishGroupRotations(server, guestSeat));
	const guestInChild = await seatInChild(server, guestSeat, child.groupId);
	await during("rotate the child", () => rotateGroup(server, guestInChild));
	await during("finish in the child", () => finishGroupRotations(server, guestInChild));
	await during("remove", () => result(kickAndRotate(server, group, guest.userId)));
	await during("invite again", invite);
	await during("delete", () => doAs(server, owner, groupRoutes.deleteGroup, params));
	await during("nothing more", () => sleep(LONGEST));
}

async function untilRotation(server: Target, seat: Seat): Promise<void> {
	for (let tries = 0; tries < 500; tries++) {
		if ((await listGroupRotations(server, seat)).length > 0) return;
		await sleep(20);
	}
	throw new Error("the rotation did not arrive");
}

/** Whatever became of the group, its members come to the same keys, and go on. */
async function expectUsable(server: Target, name: string): Promise<void> {
	const [owner, guest] = [await account(server, `${name} owner`), await account(server, `${name} guest`)];
	for (const group of await seatsOf(server, owner)) {
		const keys = await finishedKeys(server, group);
		for (const seat of await seatsOf(server, guest)) {
			const guests = await finishedKeys(server, seat);
			expect(keys).toEqual(expect.arrayContaining(guests));
			expect(guests[0]).toBe(keys[0]);
		}
		const children = { group_id: group.groupId, ...FIRST_PAGE };
		for (const { group_id } of await doAs(server, owner, groupRoutes.listChildGroups, children)) {
			const child = await seatInChild(server, group, group_id);
			await finishedKeys(server, child);
			await rotateGroup(server, child);
		}
		await rotateGroup(server, group);
	}
}

async function account(server: Target, identifier: string): Promise<Session> {
	const found = await findOut(server, identifier);
	if (typeof found !== "string") return found;
	await register(server, identifier);
	return login(server, identifier);
}

async function seatsOf(server: Target, user: Session): Promise<Seat[]> {
	const groups = await doAs(server, user, groupRoutes.listGroups, FIRST_PAGE);
	return groups.map(({ group_id }) => seat(user, group_id));
}

/** All keys that the seat has once it has finished all rotations; it can open each. */
async function finishedKeys(server: Target, seat: Seat): Promise<string[]> {
	await finishGroupRotations(server, seat);
	const opened = await openKeys(server, seat);
	expect(opened).toHaveLength((await readGroup(server, seat)).keys.length);
	return opened.map(({ groupKey }) => groupKey);
}
