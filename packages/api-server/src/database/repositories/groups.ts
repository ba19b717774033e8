import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type Cursor, PAGE_SIZE } from "../paging.js";
import { GROUP_TYPE, type GroupTable, type MemberTable, PENDING_KIND } from "../schema.js";

export type GroupRow = Selectable<GroupTable>;
export type MemberRow = Selectable<MemberTable>;

/** A group in the list of a member's groups. */
export interface Membership {
	groupId: string;
	parentId: string | null;
	createdAt: number;
	joinedAt: number;
	rank: number;
}

export async function insertGroup(db: Writes, group: GroupRow): Promise<void> {
	await db.insertInto("groups").values(group).execute();
}

/** A group that its members can reach; the groups that hold the keys of a user are none. */
export async function findNormalGroup(db: Reads, appId: string, groupId: string): Promise<GroupRow | undefined> {
	return db
		.selectFrom("groups")
		.selectAll()
		.where("appId", "=", appId)
		.where("id", "=", groupId)
		.where("type", "=", GROUP_TYPE.normal)
		.executeTakeFirst();
}

/** Removes the group; everything that belongs to it, also its descendants, goes with it. */
export async function deleteGroup(db: Writes, appId: string, groupId: string): Promise<void> {
	await db.deleteFrom("groups").where("appId", "=", appId).where("id", "=", groupId).execute();
}

/** Returns `false`, and stores nothing, for somebody who is a member already. */
export async function insertMember(db: Writes, member: MemberRow): Promise<boolean> {
	const { numInsertedOrUpdatedRows } = await db
		.insertInto("members")
		.values(member)
		.onConflict((conflict) => conflict.columns(["groupId", "memberId"]).doNothing())
		.executeTakeFirstOrThrow();
	return numInsertedOrUpdatedRows === 1n;
}

export async function findMember(db: Reads, groupId: string, memberId: string): Promise<MemberRow | undefined> {
	return db
		.selectFrom("members")
		.selectAll()
		.where("groupId", "=", groupId)
		.where("memberId", "=", memberId)
		.executeTakeFirst();
}

export async function findMemberByKeySession(
	db: Reads,
	groupId: string,
	keySessionId: string,
): Promise<MemberRow | undefined> {
	return db
		.selectFrom("members")
		.selectAll()
		.where("groupId", "=", groupId)
		.where("keySessionId", "=", keySessionId)
		.executeTakeFirst();
}

/** The normal groups that have this direct member, oldest first. */
export async function listMemberships(
	db: Reads,
	appId: string,
	memberId: string,
	after: Cursor | undefined,
): Promise<Membership[]> {
	const all = db
		.selectFrom("members")
		.innerJoin("groups", "groups.id", "members.groupId")
		.select(["groups.id as groupId", "groups.parentId", "groups.createdAt", "members.joinedAt", "members.rank"])
		.where("members.memberId", "=", memberId)
		.where("groups.appId", "=", appId)
		.where("groups.type", "=", GROUP_TYPE.normal);
	const rest =
		after === undefined
			? all
			: all.where(({ eb, and, or }) =>
					or([
						eb("groups.createdAt", ">", after.time),
						and([eb("groups.createdAt", "=", after.time), eb("groups.id", ">", after.id)]),
					]),
				);
	return rest.orderBy("groups.createdAt").orderBy("groups.id").limit(PAGE_SIZE).execute();
}

/** The first page of open invites, newest first. */
export async function listInvites(
	db: Reads,
	appId: string,
	memberId: string,
): Promise<{ groupId: string; createdAt: number }[]> {
	return db
		.selectFrom("pendingMembers")
		.innerJoin("groups", "groups.id", "pendingMembers.groupId")
		.select(["groups.id as groupId", "pendingMembers.createdAt"])
		.where("pendingMembers.memberId", "=", memberId)
		.where("pendingMembers.kind", "=", PENDING_KIND.invite)
		.where("groups.appId", "=", appId)
		.orderBy("pendingMembers.createdAt", "desc")
		.orderBy("groups.id")
		.limit(PAGE_SIZE)
		.execute();
}
