import type { GroupCreateData } from "@sentc-ts/core-crypto/wire";
import { type GroupCreated, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import { countAncestors } from "../../database/repositories/groups.js";
import { GROUP_TYPE, MEMBER_TYPE } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import { requireGeneration } from "../key/generation.js";
import type { Services } from "../services.js";
import { requireUser } from "../user/user.js";
import { type GroupAccess, renewAccess, requireRank } from "./access.js";
import { type NewGroup, storeGroup, storeLightGroup } from "./store.js";

// Groups of all kinds; without keys they are light groups (protocol/http-api §12.1).

/** Weakest rank that may create a child or a connected group. */
const RANK_CREATE = 1;

/**
 * Most groups above another one. Each request for a group looks through all of them; and clients open the keys of all, and those of a
 * group that they act through, of which they take 100 together.
 */
const MAX_DEPTH = 50;

export async function createGroup(
	services: Services,
	appId: string,
	userId: string,
	keys?: GroupCreateData,
): Promise<GroupCreated> {
	return create(services, keys, async (db) => {
		await requireUser(db, appId, userId);
		return { appId, type: GROUP_TYPE.normal, memberId: userId };
	});
}

/** Its first member is the parent; it is connected as the parent is. */
export async function createChildGroup(
	services: Services,
	access: GroupAccess,
	keys?: GroupCreateData,
): Promise<GroupCreated> {
	return create(services, keys, async (db) => {
		const { group } = requireRank(await renewAccess(db, access), RANK_CREATE);
		const { appId, isConnected, id } = group;
		if ((await countAncestors(db, id)) >= MAX_DEPTH) throw new Failure(SERVER_ERRORS.GROUP_TOO_DEEP);
		return { appId, type: GROUP_TYPE.normal, memberId: id, memberType: MEMBER_TYPE.parent, parentId: id, isConnected };
	});
}

/** A group whose members may be groups; the first one is that of the access. */
export async function createConnectedGroup(
	services: Services,
	access: GroupAccess,
	keys?: GroupCreateData,
): Promise<GroupCreated> {
	return create(services, keys, async (db) => {
		const { group } = requireRank(await renewAccess(db, access), RANK_CREATE);
		if (group.isConnected !== 0) throw new Failure(SERVER_ERRORS.ALREADY_CONNECTED);
		const { appId, id } = group;
		return { appId, type: GROUP_TYPE.normal, memberId: id, memberType: MEMBER_TYPE.group, isConnected: 1 };
	});
}

/** @param prepare looks at the rules, in the transaction that stores the group */
async function create(
	services: Services,
	keys: GroupCreateData | undefined,
	prepare: (db: Writes) => Promise<NewGroup>,
): Promise<GroupCreated> {
	if (keys !== undefined) requireGeneration(services.crypto, GROUP_TYPE.normal, keys);
	const groupId = await services.database.transaction(async (db) => {
		const group = await prepare(db);
		if (keys === undefined) return storeLightGroup(services, db, group);
		return storeGroup(services, db, { ...group, memberPublicKeyId: keys.creator_public_key_id, keys });
	});
	return { group_id: groupId };
}
