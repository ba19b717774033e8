import type { Expression, SqlBool } from "kysely";
import type { Reads, Writes } from "../database.js";
import { GROUP_TYPE } from "../schema.js";

// Who knows the keys of a group opens with them those of the groups that it is a member of: its children, the groups it is
// connected to, and theirs. After a removal all of them are due for a rotation, each after those it has as members.

/** The groups that a user or a group is a member of, directly or through others. */
function reach(db: Reads, memberId: string) {
	return db
		.withRecursive("reach(id)", (step) =>
			step
				.selectFrom("members")
				.select("members.groupId as id")
				.where("members.memberId", "=", memberId)
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

/** For who leaves all groups now. */
export async function markRotationDueOfAll(db: Writes, memberId: string): Promise<void> {
	await normalGroupsWithKeys(db).set({ rotationDue: 1 }).where("id", "in", reach(db, memberId)).execute();
}

/**
 * Is a rotation due, and would it help now? Not before those of its members that are due: a new key is wrapped for them, too, and who
 * was removed knows their keys. Groups that are members of each other don't wait for each other.
 */
export async function rotationIsDue(db: Reads, groupId: string): Promise<boolean> {
	const memberIsDue = db
		.selectFrom("members")
		.innerJoin("groups as member", "member.id", "members.memberId")
		.select("member.id")
		.where("members.groupId", "=", groupId)
		.where("member.rotationDue", "=", 1)
		.where("member.id", "not in", reach(db, groupId));
	const due = await db
		.selectFrom("groups")
		.select("id")
		.where("id", "=", groupId)
		.where("rotationDue", "=", 1)
		.where(({ not, exists }): Expression<SqlBool> => not(exists(memberIsDue)))
		.executeTakeFirst();
	return due !== undefined;
}

export async function rotationIsDueNoLonger(db: Writes, groupId: string): Promise<void> {
	await db.updateTable("groups").set({ rotationDue: 0 }).where("id", "=", groupId).execute();
}
