import { type Expression, expressionBuilder, type SqlBool } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type Cursor, isAfter, PAGE_SIZE } from "../paging.js";
import { GROUP_TYPE, MEMBER_TYPE, type Schema } from "../schema.js";

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
	const due = await db
		.selectFrom("groups")
		.select("groups.id")
		.where("groups.id", "=", groupId)
		.where(isReady())
		.executeTakeFirst();
	return due !== undefined;
}

/** Is a group due, and has no member that is? */
function isReady(): Expression<SqlBool> {
	const { and, eb, exists, not, ref, selectFrom } = expressionBuilder<Schema, "groups">();
	const memberIsDue = selectFrom("members as holder")
		.innerJoin("groups as member", "member.id", "holder.memberId")
		.select("member.id")
		.where("holder.groupId", "=", ref("groups.id"))
		.where("member.rotationDue", "=", 1);
	return and([eb("groups.rotationDue", "=", 1), not(exists(memberIsDue))]);
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
	if (from.rankAsGroup > weakest) return [];
	return (
		db
			.selectFrom(below(db, from, weakest).as("below"))
			// Not an inner join: SQLite would look through the groups of all apps.
			.crossJoin("groups")
			.whereRef("groups.id", "=", "below.id")
			.where("below.id", "!=", from.groupId)
			.where(isReady())
			.select(({ fn, ref }) => ["groups.id as groupId", "groups.createdAt", fn.min(ref("below.actorId")).as("actorId")])
			.groupBy(["groups.id", "groups.createdAt"])
			.where(({ ref }) => isAfter(after, ref("groups.createdAt"), "rising", ref("groups.id")))
			.orderBy("groups.createdAt")
			.orderBy("groups.id")
			.limit(PAGE_SIZE)
			.execute()
	);
}

/**
 * The groups below that may be rotated, and how they are reached. Each comes once or twice, by however many ways it is reached: of those
 * who are members of a connected group, one stands for all of them. A group that is reached through another one is no way to a third.
 */
function below(db: Reads, { groupId, userId, actorId, rank }: Reach, weakest: number) {
	return db
		.withRecursive("own(id, isConnected, rank)", (own) =>
			own
				.selectFrom("groups")
				.select(({ val }) => ["groups.id", "groups.isConnected", val(rank).as("rank")])
				.where("groups.id", "=", groupId)
				.union(
					own
						.selectFrom("own")
						.innerJoin("groups", "groups.parentId", "own.id")
						// A direct membership in a child wins over the one above.
						.leftJoin("members as direct", (join) =>
							join.onRef("direct.groupId", "=", "groups.id").on("direct.memberId", "=", actorId),
						)
						.select(({ fn }) => ["groups.id", "groups.isConnected", fn.coalesce("direct.rank", "own.rank").as("rank")]),
				),
		)
		.with("connected", (connected) =>
			connected
				.selectFrom("own")
				.innerJoin("members as step", "step.memberId", "own.id")
				.select(({ fn, ref }) => ["step.groupId as id", fn.min(ref("own.id")).as("actorId")])
				.where(({ eb, val }) => eb(val(actorId), "=", userId))
				.where("own.isConnected", "=", 0)
				.where("own.rank", "<=", weakest)
				.where("step.type", "=", MEMBER_TYPE.group)
				.where("step.chosen", "=", 1)
				.where("step.rank", "<=", weakest)
				.groupBy("step.groupId"),
		)
		.withRecursive("through(id, actorId)", (through) =>
			through
				.selectFrom("connected")
				.select(["connected.id", "connected.actorId"])
				.union(
					through
						.selectFrom("through")
						.innerJoin("groups", "groups.parentId", "through.id")
						.leftJoin("members as direct", (join) =>
							join.onRef("direct.groupId", "=", "groups.id").onRef("direct.memberId", "=", "through.actorId"),
						)
						.select(["groups.id", "through.actorId"])
						.where(({ eb, fn, val }) => eb(fn.coalesce("direct.rank", val(0)), "<=", weakest))
						.where("groups.id", "not in", through.selectFrom("connected").select("connected.id")),
				),
		)
		.with("ways", (ways) =>
			ways
				.selectFrom("own")
				.select(({ val }) => ["own.id", val(actorId).as("actorId")])
				.where("own.rank", "<=", weakest)
				.unionAll(ways.selectFrom("through").select(["through.id", "through.actorId"])),
		)
		.selectFrom("ways")
		.selectAll();
}

export async function rotationIsDueNoLonger(db: Writes, groupId: string): Promise<void> {
	await db.updateTable("groups").set({ rotationDue: 0 }).where("id", "=", groupId).execute();
}
