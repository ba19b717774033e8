import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { GROUP_TYPE, type GroupTable } from "../schema.js";

export type GroupRow = Selectable<GroupTable>;

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
