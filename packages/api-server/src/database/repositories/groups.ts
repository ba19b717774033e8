import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type Cursor, isAfter, PAGE_SIZE } from "../paging.js";
import { prepareFirst, prepareWrite, type Slot, type Slots } from "../prepared.js";
import { GROUP_TYPE, type GroupTable } from "../schema.js";
import { deleteMemberships } from "./members.js";

export type GroupRow = Selectable<GroupTable>;

export const insertGroup = prepareWrite((db: Writes, group: Slots<GroupRow>) => db.insertInto("groups").values(group));

/** A group that its members can reach; the groups that hold the keys of a user are none. */
export const findNormalGroup = prepareFirst((db: Reads, appId: Slot<string>, groupId: Slot<string>) =>
	db
		.selectFrom("groups")
		.selectAll()
		.where("appId", "=", appId)
		.where("id", "=", groupId)
		.where("type", "=", GROUP_TYPE.normal),
);

/** Direct children of a group, oldest first. */
export async function listChildren(db: Reads, parentId: string, after: Cursor | undefined): Promise<GroupRow[]> {
	return db
		.selectFrom("groups")
		.selectAll()
		.where("parentId", "=", parentId)
		.where(({ ref }) => isAfter(after, ref("createdAt"), "rising", ref("id")))
		.orderBy("createdAt")
		.orderBy("id")
		.limit(PAGE_SIZE)
		.execute();
}

/** How many groups stand above a group. */
export async function countAncestors(db: Reads, groupId: string): Promise<number> {
	const { count } = await db
		.withRecursive("lineage(id, parentId)", (lineage) =>
			lineage
				.selectFrom("groups")
				.select(["id", "parentId"])
				.where("id", "=", groupId)
				.unionAll(
					lineage
						.selectFrom("lineage")
						.innerJoin("groups", "groups.id", "lineage.parentId")
						.select(["groups.id", "groups.parentId"]),
				),
		)
		.selectFrom("lineage")
		.select(({ fn }) => fn.countAll<number>().as("count"))
		.executeTakeFirstOrThrow();
	return Number(count) - 1;
}

export async function toggleInvites(db: Writes, groupId: string): Promise<void> {
	await db
		.updateTable("groups")
		.set(({ eb, lit }) => ({ inviteAllowed: eb(lit<number>(1), "-", eb.ref("inviteAllowed")) }))
		.where("id", "=", groupId)
		.execute();
}

/** Removes a group without children; everything that belongs to it goes with it. */
export async function deleteGroup(db: Writes, appId: string, groupId: string): Promise<void> {
	await db.deleteFrom("groups").where("appId", "=", appId).where("id", "=", groupId).execute();
}

/** How many groups go at once: the database itself follows references to children to a depth of some hundreds only. */
const DELETED_AT_ONCE = 100;

/**
 * Removes a group with all its descendants, also from the groups that they are members of. Children go before their parent.
 *
 * @param before is called with the ids of the groups that go next
 */
export async function deleteTree(
	db: Writes,
	groupId: string,
	before: (groupIds: readonly string[]) => Promise<void>,
): Promise<void> {
	const ids = (await listTree(db, groupId)).map(({ id }) => id);
	for (let start = 0; start < ids.length; start += DELETED_AT_ONCE) {
		const some = ids.slice(start, start + DELETED_AT_ONCE);
		await before(some);
		await deleteMemberships(db, ...some);
		await db.deleteFrom("groups").where("id", "in", some).execute();
	}
}

/** A group and its descendants, the deepest first. */
async function listTree(db: Reads, groupId: string): Promise<Pick<GroupRow, "id">[]> {
	return db
		.withRecursive("tree(id, depth)", (tree) =>
			tree
				.selectFrom("groups")
				.select(({ lit }) => ["id", lit<number>(0).as("depth")])
				.where("id", "=", groupId)
				.unionAll(
					tree
						.selectFrom("tree")
						.innerJoin("groups", "groups.parentId", "tree.id")
						.select(({ eb, lit }) => ["groups.id", eb("depth", "+", lit<number>(1)).as("depth")]),
				),
		)
		.selectFrom("tree")
		.select("id")
		.orderBy("depth", "desc")
		.execute();
}
