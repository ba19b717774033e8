import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { UserTable } from "../schema.js";

export type UserRow = Selectable<UserTable>;

export async function insertUser(db: Writes, user: UserRow): Promise<void> {
	await db.insertInto("users").values(user).execute();
}

/** The user group of a user of this app; `undefined` when there is no such user. */
export async function findUserGroupId(db: Reads, appId: string, userId: string): Promise<string | undefined> {
	const user = await db
		.selectFrom("users")
		.select("userGroupId")
		.where("appId", "=", appId)
		.where("id", "=", userId)
		.executeTakeFirst();
	return user?.userGroupId;
}

export async function replaceUserGroup(db: Writes, userId: string, userGroupId: string): Promise<void> {
	await db.updateTable("users").set({ userGroupId }).where("id", "=", userId).execute();
}
