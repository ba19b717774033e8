import type { Expression } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type Cursor, isAfter, PAGE_SIZE } from "../paging.js";
import { GROUP_TYPE, MEMBER_TYPE } from "../schema.js";

// Who knows the keys of a group opens with them those of the groups that it is a member of: its children, the groups it is
// connected to, and theirs. After a removal all of them are due for a rotation, each after those it has as members.

/** The groups that users or groups are members of, directly or through others. */
function reach(db: Reads, ...memberIds: readonly string[]) {
	return db
		.withRecursive("reach(id)", (step) =>
			step
				.selectFrom("members")
				.select("members.groupId as id")
				.where("members.memberId", "in", memberIds)
				.union(
					step.selectFrom("reach").innerJoin("members", "members.memberId", "reach.id").select("members.groupId as id"),
				),
		)
		.selectFrom("reach")
		.select("reach.id");
}

const normalGroupsWithKeys = (db: Writes) =>
	db
		.updateTable("groups")
		.where("type", "=", GROUP_TYPE.normal)
		.where(({ exists, ref, selectFrom }) =>
			exists(selectFrom("groupKeys").select("id").where("groupKeys.groupId", "=", ref("groups.id"))),
		);

/** For who was a member of the group until now: the keys of what that reached are due, unless it reaches them otherwise. */
export async function markRotationDue(db: Writes, groupId: string, formerMemberId: string): Promise<void> {
	await normalGroupsWithKeys(db)
		.set({ rotationDue: 1 })
		.where(({ eb, or }) => or([eb("id", "=", groupId), eb("id", "in", reach(db, groupId))]))
		.where("id", "not in", reach(db, formerMemberId))
		.execute();
}

/** For those who leave all groups now. */
export async function markRotationDueOfAll(db: Writes, memberIds: readonly string[]): Promise<void> {
	await normalGroupsWithKeys(db)
		.set({ rotationDue: 1 })
		.where("id", "in", reach(db, ...memberIds))
		.execute();
}

/** Does the first group open the keys of the second, as a member of it, directly or through others? */
export async function reaches(db: Reads, groupId: string, otherId: string): Promise<boolean> {
	return (await reach(db, groupId).where("reach.id", "=", otherId).executeTakeFirst()) !== undefined;
}

/**
 * Is a rotation due, and would it help now? Not before those of its members that are due: a new key is wrapped for them, too, and who
 * was removed knows their keys.
 */
export async function rotationIsDue(db: Reads, groupId: string): Promise<boolean> {
	return (await readyGroups(db).select("groups.id").where("groups.id", "=", groupId).executeTakeFirst()) !== undefined;
}

/** Groups that are due, and have no member that is. */
function readyGroups(db: Reads) {
	return db
		.selectFrom("groups")
		.where("groups.rotationDue", "=", 1)
		.where(({ exists, not, ref, selectFrom }) =>
			not(
				exists(
					selectFrom("members as holder")
						.innerJoin("groups as member", "member.id", "holder.memberId")
						.select("member.id")
						.where("holder.groupId", "=", ref("groups.id"))
						.where("member.rotationDue", "=", 1),
				),
			),
		);
}

/** How somebody reaches a group, and those below it. */
export interface Reach {
	readonly groupId: string;
	readonly userId: string;
	/** The user, or the group that the user acts through. */
	readonly actorId: string;
	/** Of the actor in the group. */
	readonly rank: number;
	/** Of the user in the group that the user acts through; 0 without one. */
	readonly rankAsGroup: number;
}

/** A group below another one whose rotation is due. */
export interface DueGroup {
	readonly groupId: string;
	readonly createdAt: number;
	/** The user, or the group to act through. */
	readonly actorId: string;
}

/**
 * The groups below a group for which {@link rotationIsDue}, the oldest first: its descendants, the groups of which it or a descendant
 * chose to be a member, and the descendants of those.
 *
 * @param weakest rank that may rotate, 0 to 4
 */
export async function listDueBelow(
	db: Reads,
	from: Reach,
	weakest: number,
	after: Cursor | undefined,
): Promise<DueGroup[]> {
	return readyGroups(db)
		.innerJoin(below(db, from).as("below"), "below.id", "groups.id")
		.where("below.id", "!=", from.groupId)
		.where("below.rank", "<=", weakest)
		.where("below.rankAsGroup", "<=", weakest)
		.select(({ fn, ref }) => ["groups.id as groupId", "groups.createdAt", fn.min(ref("below.actorId")).as("actorId")])
		.groupBy(["groups.id", "groups.createdAt"])
		.where(({ ref }) => isAfter(after, ref("groups.createdAt"), "rising", ref("groups.id")))
		.orderBy("groups.createdAt")
		.orderBy("groups.id")
		.limit(PAGE_SIZE)
		.execute();
}

/** Every way down from a group, with the ranks on it. A group that is reached through another one is no way to a third. */
function below(db: Reads, { groupId, userId, actorId, rank, rankAsGroup }: Reach) {
	return db
		.withRecursive("below(id, isConnected, actorId, rank, rankAsGroup)", (ways) =>
			ways
				.selectFrom("groups")
				.select(({ val }) => [
					"groups.id",
					"groups.isConnected",
					val(actorId).as("actorId"),
					val(rank).as("rank"),
					val(rankAsGroup).as("rankAsGroup"),
				])
				.where("groups.id", "=", groupId)
				.union(
					ways
						.selectFrom("below")
						.innerJoin("members as step", "step.memberId", "below.id")
						.innerJoin("groups", "groups.id", "step.groupId")
						// A direct membership in a child wins over the one above.
						.leftJoin("members as direct", (join) =>
							join.onRef("direct.groupId", "=", "step.groupId").onRef("direct.memberId", "=", "below.actorId"),
						)
						.where(({ and, eb, or }) =>
							or([
								eb("step.type", "=", MEMBER_TYPE.parent),
								and([
									eb("step.type", "=", MEMBER_TYPE.group),
									eb("step.chosen", "=", 1),
									eb("below.actorId", "=", userId),
									eb("below.isConnected", "=", 0),
								]),
							]),
						)
						.select(({ case: when, fn, ref }) => {
							const ofStep = <Value>(toChild: Expression<Value>, toConnected: Expression<Value>) =>
								when().when("step.type", "=", MEMBER_TYPE.parent).then(toChild).else(toConnected).end();
							return [
								"groups.id",
								"groups.isConnected",
								ofStep(ref("below.actorId"), ref("below.id")).as("actorId"),
								ofStep(fn.coalesce("direct.rank", "below.rank"), ref("step.rank")).as("rank"),
								ofStep(ref("below.rankAsGroup"), ref("below.rank")).as("rankAsGroup"),
							];
						}),
				),
		)
		.selectFrom("below")
		.selectAll();
}

export async function rotationIsDueNoLonger(db: Writes, groupId: string): Promise<void> {
	await db.updateTable("groups").set({ rotationDue: 0 }).where("id", "=", groupId).execute();
}
