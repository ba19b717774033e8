import type { GroupSigner, OpenedGroupKey } from "@sentc-ts/core-crypto";
import {
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	memberRoutes,
	type ResultOf,
} from "@sentc-ts/transport/contract";
import { call, result, type Target } from "./api.js";
import { crypto, newest, newGroup, type Session } from "./client.js";
import { groupPair, type Pair, userPairs } from "./mixed-group.js";
import { keysFor, newGroupBelow } from "./sharing.js";

// Key rotations of groups, by whoever uses them.

/** As what somebody uses a group: for themselves, for its parent or for a group that is its member. */
export interface Seat {
	readonly user: Session;
	readonly groupId: string;
	/** The group to act through. */
	readonly through?: string;
	/** Of the user, the parent or the member group, newest first. */
	readonly pairs: readonly Pair[];
}

const request = ({ user, groupId, through }: Seat) => ({
	jwt: user.jwt,
	params: { group_id: groupId },
	...(through !== undefined && { through }),
});

export function seat(user: Session, groupId: string): Seat {
	return { user, groupId, pairs: userPairs(user) };
}

/** In a child of the group, by way of the group. */
export async function seatInChild(server: Target, parent: Seat, groupId: string): Promise<Seat> {
	return { ...parent, groupId, pairs: await pairsOf(server, parent) };
}

/** In a group that the group is a member of. */
export async function seatThrough(server: Target, member: Seat, groupId: string): Promise<Seat> {
	return { ...(await seatInChild(server, member, groupId)), through: member.groupId };
}

/** The pairs of a group, newest first. */
export async function pairsOf(server: Target, seat: Seat): Promise<Pair[]> {
	return (await openKeys(server, seat)).map(groupPair);
}

export function readGroup(server: Target, seat: Seat): Promise<ResultOf<typeof groupRoutes.getGroup>> {
	return result(call(server, groupRoutes.getGroup, request(seat)));
}

export function checkUpdate(server: Target, seat: Seat): Promise<ResultOf<typeof groupRoutes.checkGroupUpdate>> {
	return result(call(server, groupRoutes.checkGroupUpdate, request(seat)));
}

/** All keys of the group that can be opened, newest first. */
export async function openKeys(server: Target, seat: Seat): Promise<OpenedGroupKey[]> {
	const { keys } = await readGroup(server, seat);
	const sealed = keys.flatMap((key) => {
		const pair = seat.pairs.find(({ id }) => id === key.user_public_key_id);
		return pair === undefined ? [] : [{ privateKey: pair.privateKey, key }];
	});
	return crypto.openGroupKeys({ keys: sealed }).keys;
}

/** The keys themselves, newest first: to compare what several have. */
export const keysOf = async (server: Target, seat: Seat): Promise<string[]> =>
	(await openKeys(server, seat)).map(({ groupKey }) => groupKey);

/** Creates a group. */
export const found = async (server: Target, user: Session): Promise<Seat> => seat(user, await newGroup(server, user));

/** Creates a child of the group. */
export async function foundChild(server: Target, parent: Seat): Promise<Seat> {
	return seatInChild(server, parent, await foundBelow(server, parent, "child"));
}

/** Creates a group that the group is a member of. */
export async function foundConnected(server: Target, member: Seat): Promise<Seat> {
	return seatThrough(server, member, await foundBelow(server, member, "connected"));
}

async function foundBelow(server: Target, seat: Seat, kind: "child" | "connected"): Promise<string> {
	const { user, groupId, through } = seat;
	const keys = await openKeys(server, seat);
	return newGroupBelow(server, user, groupId, kind, { keys, ...(through !== undefined && { through }) });
}

/** All keys of the group for a user or a group. */
export async function keysOfSeatFor(server: Target, seat: Seat, id: Parameters<typeof keysFor>[2], rank = 4) {
	return keysFor(server, await openKeys(server, seat), id, { rank });
}

/** Makes a user a member; its seat. */
export async function addUser(server: Target, inviter: Seat, user: Session, rank = 4): Promise<Seat> {
	const { groupId } = inviter;
	const body = await keysOfSeatFor(server, inviter, { user_id: user.userId }, rank);
	const params = { group_id: groupId, user_id: user.userId };
	await result(call(server, inviteRoutes.inviteUserAuto, { ...request(inviter), params, body }));
	return seat(user, groupId);
}

/** Makes a group a member of a connected one. */
export async function addGroup(server: Target, inviter: Seat, member: Seat, rank = 4): Promise<Seat> {
	const { groupId } = inviter;
	const body = await keysOfSeatFor(server, inviter, { group_id: member.groupId }, rank);
	const params = { group_id: groupId, invited_group_id: member.groupId };
	await result(call(server, inviteRoutes.inviteGroupAuto, { ...request(inviter), params, body }));
	return seatThrough(server, member, groupId);
}

/** Body of a rotation after the newest key, or after another one. */
export async function rotationBody(server: Target, seat: Seat, { previousKey = "", signer }: RotationOptions = {}) {
	const previous = previousKey || newest(await openKeys(server, seat)).groupKey;
	return crypto.prepareKeyRotation({ publicKey: newest(seat.pairs).publicKey, previousKey: previous, signer });
}

interface RotationOptions {
	readonly previousKey?: string;
	readonly signer?: GroupSigner;
}

export async function startRotation(server: Target, seat: Seat, options?: RotationOptions) {
	const body = await rotationBody(server, seat, options);
	return call(server, groupRotationRoutes.startKeyRotation, { ...request(seat), body });
}

/** Rotates the keys; the id of the new one. */
export async function rotateGroup(server: Target, seat: Seat, options?: RotationOptions): Promise<string> {
	return (await result(startRotation(server, seat, options))).key_id;
}

export function listGroupRotations(
	server: Target,
	seat: Seat,
): Promise<ResultOf<typeof groupRotationRoutes.listKeyRotations>> {
	return result(call(server, groupRotationRoutes.listKeyRotations, request(seat)));
}

/** Finishes what waits for the seat, in order. */
export async function finishGroupRotations(server: Target, seat: Seat): Promise<void> {
	for (const rotation of await listGroupRotations(server, seat)) {
		const previous = (await openKeys(server, seat)).find((key) => key.groupKeyId === rotation.previous_group_key_id);
		const pair = seat.pairs.find(({ id }) => id === rotation.encrypted_eph_key_key_id);
		if (previous === undefined || pair === undefined) throw new Error("a key is not there");
		const { privateKey } = pair;
		const { publicKey } = newest(seat.pairs);
		const body = crypto.finishKeyRotation({ rotation, privateKey, publicKey, previousKey: previous.groupKey });
		const params = { group_id: seat.groupId, key_id: rotation.new_group_key_id };
		await result(call(server, groupRotationRoutes.finishKeyRotation, { ...request(seat), params, body }));
	}
}

export const kick = (server: Target, seat: Seat, memberId: string) =>
	call(server, memberRoutes.kickMember, { ...request(seat), params: { group_id: seat.groupId, user_id: memberId } });

export const leave = (server: Target, seat: Seat) => call(server, memberRoutes.leaveGroup, request(seat));

/** Removes a member and rotates the keys. */
export async function kickAndRotate(server: Target, seat: Seat, memberId: string, options?: RotationOptions) {
	const body = await rotationBody(server, seat, options);
	const params = { group_id: seat.groupId, user_id: memberId };
	return call(server, groupRotationRoutes.kickAndRotate, { ...request(seat), params, body });
}

/** Makes a group a member of one that is not connected, as an own backend may. */
export async function forceGroup(server: Target, inviter: Seat, member: Seat): Promise<void> {
	const body = await keysOfSeatFor(server, inviter, { group_id: member.groupId });
	const params = { group_id: inviter.groupId, invited_group_id: member.groupId };
	const given = { ...request(inviter), params, body, token: server.app.secretToken };
	await result(call(server, inviteRoutes.inviteGroupAutoForce, given));
}
