import type { GroupCreateData, PublicKeyOut } from "@sentc-ts/core-crypto/wire";
import {
	type GroupCreated,
	type GroupLightData,
	type GroupListItem,
	type GroupServerData,
	type GroupUpdateCheck,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import type { Cursor } from "../../database/paging.js";
import { deleteGroup } from "../../database/repositories/groups.js";
import { findGroupKey, listMemberKeys, listSearchKeys } from "../../database/repositories/keys.js";
import { listMemberships } from "../../database/repositories/members.js";
import { rotationIsOpen } from "../../database/repositories/rotations.js";
import { GROUP_TYPE } from "../../database/schema.js";
import { Failure } from "../../failure.js";
import { requireGeneration } from "../key/generation.js";
import { groupKeyView, hmacKeyView, publicKeyView, sortableKeyView } from "../key/view.js";
import type { Services } from "../services.js";
import { type GroupAccess, requireRank } from "./access.js";
import { storeGroup } from "./store.js";

/** Weakest rank that may delete a group (protocol/http-api §16). */
const RANK_DELETE = 1;

export async function createGroup(
	services: Services,
	appId: string,
	userId: string,
	keys: GroupCreateData,
): Promise<GroupCreated> {
	requireGeneration(services.crypto, GROUP_TYPE.normal, keys);
	const groupId = await services.database.transaction((db) =>
		storeGroup(services, db, {
			appId,
			type: GROUP_TYPE.normal,
			memberId: userId,
			memberPublicKeyId: keys.creator_public_key_id,
			keys,
		}),
	);
	return { group_id: groupId };
}

export async function readGroup(services: Services, access: GroupAccess): Promise<GroupServerData> {
	const { group, memberId } = access;
	const { key_update } = await checkUpdate(services, access);
	const db = services.database.reads;
	const keys = await listMemberKeys(db, group.id, memberId, undefined);
	const hmacKeys = await listSearchKeys(db, group.id, "hmac");
	const sortableKeys = await listSearchKeys(db, group.id, "sortable");
	return {
		...readGroupLight(access),
		keys: keys.map(groupKeyView),
		hmac_keys: hmacKeys.map(hmacKeyView),
		sortable_keys: sortableKeys.map(sortableKeyView),
		key_update,
	};
}

export function readGroupLight({ group, rank, joinedAt, accessBy }: GroupAccess): GroupLightData {
	return {
		group_id: group.id,
		parent_group_id: group.parentId,
		rank,
		created_time: group.createdAt,
		joined_time: joinedAt,
		access_by: accessBy,
		is_connected_group: group.isConnected !== 0,
	};
}

export async function checkUpdate(
	{ database }: Services,
	{ group, memberId, rank }: GroupAccess,
): Promise<GroupUpdateCheck> {
	return { key_update: await rotationIsOpen(database.reads, group.id, memberId), rank };
}

/** Groups that the user is a direct member of, oldest first. */
export async function listGroups(
	{ database }: Services,
	appId: string,
	userId: string,
	after: Cursor | undefined,
): Promise<GroupListItem[]> {
	const memberships = await listMemberships(database.reads, appId, userId, after);
	return memberships.map(({ groupId, parentId, createdAt, joinedAt, rank }) => ({
		group_id: groupId,
		time: createdAt,
		joined_time: joinedAt,
		rank,
		parent: parentId,
	}));
}

/** Works without membership: it is needed to invite a group. */
export async function readGroupPublicKey(
	{ database }: Services,
	appId: string,
	groupId: string,
): Promise<PublicKeyOut> {
	const key = await findGroupKey(database.reads, appId, groupId);
	if (key === undefined) throw new Failure(SERVER_ERRORS.GROUP_KEY_NOT_FOUND);
	return publicKeyView(key);
}

/** Removes the group with its descendants and everything that belongs to them. */
export async function removeGroup({ database }: Services, access: GroupAccess): Promise<void> {
	requireRank(access, RANK_DELETE);
	await database.transaction((db) => deleteGroup(db, access.group.appId, access.group.id));
}
