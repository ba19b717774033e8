import type { PublicKeyOut } from "@sentc-ts/core-crypto/wire";
import {
	type ChildListItem,
	type DueGroupItem,
	type GroupLightData,
	type GroupListItem,
	type GroupServerData,
	type GroupUpdateCheck,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import type { Cursor } from "../../database/paging.js";
import { deleteTree, listChildren, toggleInvites } from "../../database/repositories/groups.js";
import { findGroupKey, listMemberKeys, listSearchKeys, type SearchKeyRow } from "../../database/repositories/keys.js";
import { listMemberships } from "../../database/repositories/members.js";
import { listDueBelow, rotationIsDue } from "../../database/repositories/rotation-due.js";
import { rotationIsOpen } from "../../database/repositories/rotations.js";
import { Failure } from "../../failure.js";
import type { App } from "../app/app.js";
import { discardFiles } from "../file/discard.js";
import { groupKeyView, hmacKeyView, publicKeyView, sortableKeyView } from "../key/view.js";
import type { Services } from "../services.js";
import { type GroupAccess, renewAccess, requireGroup, requireRank } from "./access.js";

/** Weakest rank that may delete a group, or stop invites to it (protocol/http-api §16). */
const RANK_MANAGE = 1;

export async function readGroup(services: Services, app: App, access: GroupAccess): Promise<GroupServerData> {
	const { group, memberId } = access;
	const { key_update, rotation_due } = await checkUpdate(services, app, access);
	const db = services.database.reads;
	const keys = await listMemberKeys(db, group.id, memberId, undefined);
	const searchKeys = await listSearchKeys(db, group.id, ["hmac", "sortable"]);
	const ofKind = (wanted: SearchKeyRow["kind"]) => searchKeys.filter(({ kind }) => kind === wanted);
	return {
		...readGroupLight(access),
		keys: keys.map(groupKeyView),
		hmac_keys: ofKind("hmac").map(hmacKeyView),
		sortable_keys: ofKind("sortable").map(sortableKeyView),
		key_update,
		rotation_due,
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

/** That a rotation is due is said to those who may start it. */
export async function checkUpdate(
	{ database }: Services,
	{ options }: App,
	{ group, memberId, rank }: GroupAccess,
): Promise<GroupUpdateCheck> {
	const key_update = await rotationIsOpen(database.reads, group.id, memberId);
	const mayRotate = rank <= options.min_rank_key_rotation;
	const due = mayRotate && group.rotationDue !== 0 && (await rotationIsDue(database.reads, group.id));
	return { key_update, rank, rotation_due: due || undefined };
}

/** The groups below, by ways that the group chose, whose rotation is due and which the caller may rotate, the oldest first. */
export async function listDueGroups(
	{ database }: Services,
	{ options }: App,
	{ group, userId, accessGroupId, rank, rankAsGroup }: GroupAccess,
	after: Cursor | undefined,
): Promise<DueGroupItem[]> {
	const from = { groupId: group.id, userId, actorId: accessGroupId ?? userId, rank, rankAsGroup };
	const due = await listDueBelow(database.reads, from, options.min_rank_key_rotation, after);
	return due.map(({ groupId, createdAt, actorId }) => ({
		group_id: groupId,
		time: createdAt,
		group_as_member: actorId === userId ? undefined : actorId,
	}));
}

/** Groups that the user, or the group, is a direct member of, oldest first; not the children of a group. */
export async function listGroups(
	{ database }: Services,
	appId: string,
	memberId: string,
	after: Cursor | undefined,
): Promise<GroupListItem[]> {
	const memberships = await listMemberships(database.reads, appId, memberId, after);
	return memberships.map(({ groupId, parentId, createdAt, joinedAt, rank }) => ({
		group_id: groupId,
		time: createdAt,
		joined_time: joinedAt,
		rank,
		parent: parentId,
	}));
}

/** Direct children, oldest first. */
export async function listChildGroups(
	{ database }: Services,
	{ group }: GroupAccess,
	after: Cursor | undefined,
): Promise<ChildListItem[]> {
	const children = await listChildren(database.reads, group.id, after);
	return children.map(({ id, createdAt, parentId }) => ({ group_id: id, time: createdAt, parent: parentId }));
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

/** Stops invites and new join requests, or allows them again. */
export async function changeInvites({ database }: Services, access: GroupAccess): Promise<void> {
	await database.transaction(async (db) => {
		const { group } = requireRank(await renewAccess(db, access), RANK_MANAGE);
		await toggleInvites(db, group.id);
	});
}

/** Removes the group with its descendants and everything that belongs to them. */
export async function removeGroup(services: Services, access: GroupAccess): Promise<void> {
	await services.database.transaction(async (db) => {
		const { group } = requireRank(await renewAccess(db, access), RANK_MANAGE);
		await removeTree(services, db, group.id);
	});
	services.fileJobs.nudge();
}

/** {@link removeGroup} for an own backend. */
export async function forcedRemoveGroup(services: Services, appId: string, groupId: string): Promise<void> {
	await services.database.transaction(async (db) => {
		const group = await requireGroup(db, appId, groupId);
		await removeTree(services, db, group.id);
	});
	services.fileJobs.nudge();
}

async function removeTree(services: Services, db: Writes, groupId: string): Promise<void> {
	await deleteTree(db, groupId, (groupIds) => discardFiles(services, db, { groupIds }));
}
