import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type Cursor, isAfter, PAGE_SIZE } from "../paging.js";
import type { PendingMemberTable } from "../schema.js";

export type PendingMemberRow = Selectable<PendingMemberTable>;

/** A group that somebody was invited to, or asked to join. */
export interface PendingGroup {
	readonly groupId: string;
	readonly createdAt: number;
}

export async function insertPendingMember(db: Writes, pending: PendingMemberRow): Promise<void> {
	await db.insertInto("pendingMembers").values(pending).execute();
}

export async function findPendingMember(
	db: Reads,
	groupId: string,
	memberId: string,
): Promise<PendingMemberRow | undefined> {
	return db
		.selectFrom("pendingMembers")
		.selectAll()
		.where("groupId", "=", groupId)
		.where("memberId", "=", memberId)
		.executeTakeFirst();
}

export async function findPendingMemberByKeySession(
	db: Reads,
	groupId: string,
	keySessionId: string,
): Promise<PendingMemberRow | undefined> {
	return db
		.selectFrom("pendingMembers")
		.selectAll()
		.where("groupId", "=", groupId)
		.where("keySessionId", "=", keySessionId)
		.executeTakeFirst();
}

/** Who asked to join a group (or was invited to it), the first one first. */
export async function listPendingMembers(
	db: Reads,
	groupId: string,
	kind: PendingMemberRow["kind"],
	after: Cursor | undefined,
): Promise<PendingMemberRow[]> {
	return db
		.selectFrom("pendingMembers")
		.selectAll()
		.where("groupId", "=", groupId)
		.where("kind", "=", kind)
		.where(({ ref }) => isAfter(after, ref("createdAt"), "rising", ref("memberId")))
		.orderBy("createdAt")
		.orderBy("memberId")
		.limit(PAGE_SIZE)
		.execute();
}

/** The groups that somebody was invited to or asked to join, the last one first. */
export async function listPendingGroups(
	db: Reads,
	appId: string,
	memberId: string,
	kind: PendingMemberRow["kind"],
	after: Cursor | undefined,
): Promise<PendingGroup[]> {
	return db
		.selectFrom("pendingMembers")
		.innerJoin("groups", "groups.id", "pendingMembers.groupId")
		.select(["groups.id as groupId", "pendingMembers.createdAt"])
		.where("pendingMembers.memberId", "=", memberId)
		.where("pendingMembers.kind", "=", kind)
		.where("groups.appId", "=", appId)
		.where(({ ref }) => isAfter(after, ref("pendingMembers.createdAt"), "falling", ref("pendingMembers.groupId")))
		.orderBy("pendingMembers.createdAt", "desc")
		.orderBy("pendingMembers.groupId")
		.limit(PAGE_SIZE)
		.execute();
}

/** Removes an invite or a join request, whichever is named. */
export async function deletePendingMember(
	db: Writes,
	{ groupId, memberId, kind }: Pick<PendingMemberRow, "groupId" | "memberId" | "kind">,
): Promise<void> {
	await db
		.deleteFrom("pendingMembers")
		.where("groupId", "=", groupId)
		.where("memberId", "=", memberId)
		.where("kind", "=", kind)
		.execute();
}
