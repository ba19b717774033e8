import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type After, type Cursor, isAfter, PAGE_SIZE } from "../paging.js";
import { prepareAll, prepareFirst, prepareWrite, type Slot, type Slots } from "../prepared.js";
import { GROUP_TYPE, MEMBER_TYPE, type MemberTable } from "../schema.js";
import { markRotationDueOfAll } from "./rotation-due.js";

export type MemberRow = Selectable<MemberTable>;
export type NewMember = Omit<MemberRow, "groupCreatedAt">;

/** Returns `false`, and stores nothing, for somebody who is a member already. */
export async function insertMember(db: Writes, member: NewMember): Promise<boolean> {
	return (await insertNew(db, member)) === 1;
}

const insertNew = prepareWrite((db: Writes, member: Slots<NewMember>) =>
	db
		.insertInto("members")
		.values(({ selectFrom }) => ({
			...member,
			groupCreatedAt: selectFrom("groups").select("createdAt").where("id", "=", member.groupId),
		}))
		.onConflict((conflict) => conflict.columns(["groupId", "memberId"]).doNothing()),
);

export const findMember = prepareFirst((db: Reads, groupId: Slot<string>, memberId: Slot<string>) =>
	db.selectFrom("members").selectAll().where("groupId", "=", groupId).where("memberId", "=", memberId),
);

/**
 * A normal group, with its member, or with the one of the nearest of its ancestors that has it as a member: `memberOf` is that group,
 * `distance` is 0 for the group itself. Nobody but those who use a group directly is in it for themselves: a parent is the member of its child.
 */
export const findNearestMembership = prepareFirst(
	(db: Reads, appId: Slot<string>, groupId: Slot<string>, memberId: Slot<string>) =>
		db
			.withRecursive("lineage(id, parentId, distance)", (lineage) =>
				lineage
					.selectFrom("groups")
					.select(({ lit }) => ["id", "parentId", lit<number>(0).as("distance")])
					.where("id", "=", groupId)
					.unionAll(
						lineage
							.selectFrom("lineage")
							.innerJoin("groups", "groups.id", "lineage.parentId")
							.select(({ eb, lit }) => [
								"groups.id",
								"groups.parentId",
								eb("distance", "+", lit<number>(1)).as("distance"),
							]),
					),
			)
			.selectFrom("lineage")
			// Not an inner join: SQLite would begin with all groups that the member is in.
			.crossJoin("members")
			.crossJoin("groups as target")
			.selectAll("target")
			.select(["members.groupId as memberOf", "members.rank", "members.joinedAt", "distance"])
			.whereRef("members.groupId", "=", "lineage.id")
			.where("members.memberId", "=", memberId)
			.where("target.id", "=", groupId)
			.where("target.appId", "=", appId)
			.where("target.type", "=", GROUP_TYPE.normal)
			.orderBy("distance")
			.limit(1),
);

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

/** The normal groups that have this direct member, oldest first; not the children of a group. */
export const listMemberships = prepareAll((db: Reads, appId: Slot<string>, memberId: Slot<string>, after: After) =>
	db
		.selectFrom("members")
		.innerJoin("groups", "groups.id", "members.groupId")
		.select(["groups.id as groupId", "groups.parentId", "groups.createdAt", "members.joinedAt", "members.rank"])
		.where("members.memberId", "=", memberId)
		.where("members.type", "!=", MEMBER_TYPE.parent)
		.where("groups.appId", "=", appId)
		.where("groups.type", "=", GROUP_TYPE.normal)
		.where(({ ref }) => isAfter(after, ref("members.groupCreatedAt"), "rising", ref("members.groupId")))
		.orderBy("members.groupCreatedAt")
		.orderBy("members.groupId")
		.limit(PAGE_SIZE),
);

/** The direct members of a group but one, in the order in which they joined. */
export async function listMembers(
	db: Reads,
	groupId: string,
	exceptId: string,
	after: Cursor | undefined,
): Promise<MemberRow[]> {
	return db
		.selectFrom("members")
		.selectAll()
		.where("groupId", "=", groupId)
		.where("memberId", "!=", exceptId)
		.where(({ ref }) => isAfter(after, ref("joinedAt"), "rising", ref("memberId")))
		.orderBy("joinedAt")
		.orderBy("memberId")
		.limit(PAGE_SIZE)
		.execute();
}

/** Has the group a member of this rank or a stronger one, besides the one that is named? */
export async function hasOtherMember(db: Reads, groupId: string, exceptId: string, weakest: number): Promise<boolean> {
	const other = await db
		.selectFrom("members")
		.select("memberId")
		.where("groupId", "=", groupId)
		.where("memberId", "!=", exceptId)
		.where("rank", "<=", weakest)
		.limit(1)
		.executeTakeFirst();
	return other !== undefined;
}

export async function updateRank(db: Writes, groupId: string, memberId: string, rank: number): Promise<void> {
	await db
		.updateTable("members")
		.set({ rank })
		.where("groupId", "=", groupId)
		.where("memberId", "=", memberId)
		.execute();
}

/** Takes a member, or who was invited, out of a group, with its keys and open rotations. */
export async function deleteMember(db: Writes, groupId: string, memberId: string): Promise<void> {
	for (const table of ["wrappedKeys", "openRotations", "members"] as const) {
		await db.deleteFrom(table).where("groupId", "=", groupId).where("memberId", "=", memberId).execute();
	}
}

/**
 * Takes users, devices or groups out of every group that they belong to or were invited to, with their keys and open rotations; what they
 * could open is due for a rotation.
 */
export async function deleteMemberships(db: Writes, ...memberIds: readonly string[]): Promise<void> {
	await markRotationDueOfAll(db, memberIds);
	for (const table of ["wrappedKeys", "openRotations"] as const) {
		await db
			.deleteFrom(table)
			.where("memberId", "in", memberIds)
			.where("groupId", "in", ({ selectFrom }) =>
				selectFrom("members")
					.select("groupId")
					.where("memberId", "in", memberIds)
					.union(selectFrom("pendingMembers").select("groupId").where("memberId", "in", memberIds)),
			)
			.execute();
	}
	for (const table of ["members", "pendingMembers"] as const) {
		await db.deleteFrom(table).where("memberId", "in", memberIds).execute();
	}
}
