import type { Reads } from "../database.js";
import { MEMBER_TYPE } from "../schema.js";

/**
 * Does a user reach a group, in whatever way (protocol/http-api §5): as a member of it or of an ancestor, or through one group
 * that is such a member. The parent of a group is a member of it.
 */
export async function reachesGroup(db: Reads, groupId: string, userId: string): Promise<boolean> {
	const found = await db
		.withRecursive("reach(id, hops)", (reach) =>
			reach
				.selectFrom("groups")
				.select(({ lit }) => ["id", lit<number>(0).as("hops")])
				.where("id", "=", groupId)
				.union(
					reach
						.selectFrom("reach")
						.innerJoin("members", "members.groupId", "reach.id")
						.select(({ eb, lit }) => [
							"members.memberId as id",
							eb
								.case()
								.when("members.type", "=", MEMBER_TYPE.group)
								.then(lit<number>(1))
								.else(eb.ref("reach.hops"))
								.end()
								.as("hops"),
						])
						.where(({ or, and, eb }) =>
							or([
								eb("members.type", "=", MEMBER_TYPE.parent),
								and([eb("members.type", "=", MEMBER_TYPE.group), eb("reach.hops", "=", 0)]),
							]),
						),
				),
		)
		.selectFrom("reach")
		// Not an inner join: SQLite would begin with all groups that the user is in.
		.crossJoin("members")
		.select("members.memberId")
		.whereRef("members.groupId", "=", "reach.id")
		.where("members.memberId", "=", userId)
		.limit(1)
		.executeTakeFirst();
	return found !== undefined;
}
