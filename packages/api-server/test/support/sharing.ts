import type { OpenedGroupKey } from "@sentc-ts/core-crypto";
import type { NewMemberKeys, PublicKeyOut } from "@sentc-ts/core-crypto/wire";
import {
	groupRoutes,
	inviteRoutes,
	lightGroupRoutes,
	memberRoutes,
	type Params,
	type ResultOf,
	type Route,
	userRoutes,
} from "@sentc-ts/transport/contract";
import { type Answer, call, result, type Target } from "./api.js";
import { crypto, newest, type Session } from "./client.js";
import { FIRST_PAGE } from "./devices.js";
import { groupPair, openGroupKey, type Pair, userPairs } from "./mixed-group.js";

// What people do who share a group, through the API.

type GroupData = ResultOf<typeof groupRoutes.getGroup>;

/** Calls a route as somebody, and through a group if one is given. */
export function callAs<R extends Route>(
	server: Target,
	{ jwt }: Pick<Session, "jwt">,
	route: R,
	params: Params<R>,
	{ body, through, token }: { body?: unknown; through?: string | undefined; token?: string } = {},
): Promise<Answer<ResultOf<R>>> {
	return call(server, route, {
		jwt,
		params,
		...(body !== undefined && { body }),
		...(through !== undefined && { through }),
		...(token !== undefined && { token }),
	});
}

/** {@link callAs} that has to succeed. */
export function doAs<R extends Route>(...input: Parameters<typeof callAs<R>>): Promise<ResultOf<R>> {
	return result(callAs(...input));
}

export function getGroup(
	server: Target,
	session: Pick<Session, "jwt">,
	group_id: string,
	through?: string,
): Promise<Answer<GroupData>> {
	return callAs(server, session, groupRoutes.getGroup, { group_id }, { through });
}

/** The keys of a group, newest first, opened by the pairs of the user unless others are given. */
export async function openKeys(
	server: Target,
	session: Session,
	groupId: string,
	{ through, pairs = userPairs(session) }: { through?: string; pairs?: readonly Pair[] } = {},
): Promise<OpenedGroupKey[]> {
	const { keys } = await result(getGroup(server, session, groupId, through));
	return keys.map((key) => {
		const pair = pairs.find(({ id }) => id === key.user_public_key_id);
		if (pair === undefined) throw new Error("nobody here can open this key");
		return openGroupKey({ privateKey: pair.privateKey, key });
	});
}

/** The pairs that open what is wrapped for a group. */
export async function pairsOf(server: Target, session: Session, groupId: string): Promise<Pair[]> {
	return (await openKeys(server, session, groupId)).map(groupPair);
}

/** The newest public key of a user or a group, as it is exported. */
async function publicKeyOf(server: Target, id: { user_id: string } | { group_id: string }): Promise<string> {
	const key: PublicKeyOut =
		"user_id" in id
			? await result(call(server, userRoutes.userPublicKey, { params: id }))
			: await result(call(server, groupRoutes.groupPublicKey, { params: id }));
	const { public_key_id, public_key, public_key_alg } = key;
	return crypto.exportPublicKey({ publicKeyString: public_key, algorithm: public_key_alg, id: public_key_id });
}

/** Keys of a group, wrapped for somebody. */
export async function keysFor(
	server: Target,
	keys: readonly OpenedGroupKey[],
	id: { user_id: string } | { group_id: string },
	{ rank = null, keySession = false }: { rank?: number | null; keySession?: boolean } = {},
): Promise<NewMemberKeys> {
	const publicKey = await publicKeyOf(server, id);
	const groupKeys = keys.map(({ groupKey }) => groupKey);
	return crypto.prepareKeysForNewMember({ publicKey, groupKeys, rank, keySession });
}

/** Wrapped keys that nobody can open. */
export function uselessKeys(
	keyIds: readonly string[],
	{ rank = null, keySession = false }: { rank?: number | null; keySession?: boolean } = {},
): NewMemberKeys {
	const keys = keyIds.map((key_id) => ({
		...{ key_id, encrypted_group_key: "wrapped", alg: "AES-GCM-256" },
		...{ encrypted_alg: "ECIES-ed25519", user_public_key_id: "key" },
	}));
	return { keys, rank, key_session: keySession };
}

/** The ids of the first page of keys of a group. */
export async function keyIdsOf(server: Target, session: Session, groupId: string, through?: string): Promise<string[]> {
	const { keys } = await result(getGroup(server, session, groupId, through));
	return keys.map((key) => key.group_key_id);
}

/** A child of a group, or a group connected to it, with a key that the newest one of these opens. */
export async function newGroupBelow(
	server: Target,
	session: Session,
	group_id: string,
	kind: "child" | "connected",
	{ keys, through }: { keys?: readonly OpenedGroupKey[]; through?: string } = {},
): Promise<string> {
	const { publicGroupKey } = newest(keys ?? (await openKeys(server, session, group_id)));
	const body = crypto.prepareGroup({ creatorPublicKey: publicGroupKey });
	const route = kind === "child" ? groupRoutes.createChildGroup : groupRoutes.createConnectedGroup;
	return (await doAs(server, session, route, { group_id }, { body, through })).group_id;
}

/** Makes a user a member, with the keys that the inviter has. */
export async function addUser(
	server: Target,
	inviter: Session,
	groupId: string,
	{ userId: user_id }: Pick<Session, "userId">,
	rank: number | null = null,
	pairs: readonly Pair[] = userPairs(inviter),
): Promise<void> {
	const body = await keysFor(server, await openKeys(server, inviter, groupId, { pairs }), { user_id }, { rank });
	await doAs(server, inviter, inviteRoutes.inviteUserAuto, { group_id: groupId, user_id }, { body });
}

/** Makes a user a member without keys. */
export async function addLightUser(
	server: Target,
	inviter: Pick<Session, "jwt">,
	group_id: string,
	{ userId: user_id }: Pick<Session, "userId">,
	rank: number | null = null,
	through?: string,
): Promise<void> {
	const params = { group_id, user_id };
	await doAs(server, inviter, lightGroupRoutes.inviteUserAuto, params, { body: { rank }, through });
}

/** The first page of the members but the caller. */
export function listMembers(
	server: Target,
	session: Pick<Session, "jwt">,
	group_id: string,
	after = FIRST_PAGE,
	through?: string,
): Promise<ResultOf<typeof memberRoutes.listMembers>> {
	return doAs(server, session, memberRoutes.listMembers, { group_id, ...after }, { through });
}
