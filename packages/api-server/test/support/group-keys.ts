import type { GroupSigner, OpenedGroupKey } from "@sentc-ts/core-crypto";
import type { PublicKeyOut } from "@sentc-ts/core-crypto/wire";
import {
	groupRotationRoutes,
	groupRoutes,
	inviteRoutes,
	memberRoutes,
	type ResultOf,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { call, result, type Target } from "./api.js";
import { crypto, newest, newGroup, type Session } from "./client.js";

// What a client does with the keys of groups.

/** A key pair that copies of group keys are opened with, and wrapped by. */
export interface Pair {
	readonly id: string;
	readonly privateKey: string;
	readonly publicKey: string;
}

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
	return { user, groupId, pairs: user.userKeys.map((key) => ({ ...key, id: key.groupKeyId })) };
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
	const keys = await openKeys(server, seat);
	return keys.map(({ groupKeyId: id, privateGroupKey: privateKey, publicGroupKey: publicKey }) => ({
		...{ id, privateKey, publicKey },
	}));
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
	const body = crypto.prepareGroup({ creatorPublicKey: newest(await pairsOf(server, parent)).publicKey });
	const { group_id } = await result(call(server, groupRoutes.createChildGroup, { ...request(parent), body }));
	return seatInChild(server, parent, group_id);
}

/** Creates a group that the group is a member of. */
export async function foundConnected(server: Target, member: Seat): Promise<Seat> {
	const body = crypto.prepareGroup({ creatorPublicKey: newest(await pairsOf(server, member)).publicKey });
	const { group_id } = await result(call(server, groupRoutes.createConnectedGroup, { ...request(member), body }));
	return seatThrough(server, member, group_id);
}

const wrapFor = ({ public_key, public_key_alg, public_key_id }: PublicKeyOut, groupKeys: string[], rank: number) => {
	const publicKey = crypto.exportPublicKey({
		publicKeyString: public_key,
		algorithm: public_key_alg,
		id: public_key_id,
	});
	return crypto.prepareKeysForNewMember({ publicKey, groupKeys, rank, keySession: false });
};

/** All keys of the group for a user. */
export async function keysForUser(server: Target, seat: Seat, userId: string, rank = 4) {
	const publicKey = await result(call(server, userRoutes.userPublicKey, { params: { user_id: userId } }));
	return wrapFor(publicKey, await keysOf(server, seat), rank);
}

/** All keys of the group for a group. */
export async function keysForGroup(server: Target, seat: Seat, groupId: string, rank = 4) {
	const publicKey = await result(call(server, groupRoutes.groupPublicKey, { params: { group_id: groupId } }));
	return wrapFor(publicKey, await keysOf(server, seat), rank);
}

/** Makes a user a member; its seat. */
export async function addUser(server: Target, inviter: Seat, user: Session, rank = 4): Promise<Seat> {
	const { groupId } = inviter;
	const body = await keysForUser(server, inviter, user.userId, rank);
	const params = { group_id: groupId, user_id: user.userId };
	await result(call(server, inviteRoutes.inviteUserAuto, { ...request(inviter), params, body }));
	return seat(user, groupId);
}

/** Makes a group a member of a connected one. */
export async function addGroup(server: Target, inviter: Seat, member: Seat, rank = 4): Promise<Seat> {
	const { groupId } = inviter;
	const body = await keysForGroup(server, inviter, member.groupId, rank);
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
	const body = await keysForGroup(server, inviter, member.groupId);
	const params = { group_id: inviter.groupId, invited_group_id: member.groupId };
	const given = { ...request(inviter), params, body, token: server.app.secretToken };
	await result(call(server, inviteRoutes.inviteGroupAutoForce, given));
}
