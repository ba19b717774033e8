import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { prepareFirst, prepareWrite, type Slot, type Slots } from "../prepared.js";
import type { UserTable } from "../schema.js";

export type UserRow = Selectable<UserTable>;

export const insertUser = prepareWrite((db: Writes, user: Slots<UserRow>) => db.insertInto("users").values(user));

/** The user group of a user of this app; `undefined` when there is no such user. */
export async function findUserGroupId(db: Reads, appId: string, userId: string): Promise<string | undefined> {
	return (await findUser(db, appId, userId))?.userGroupId;
}

const findUser = prepareFirst((db: Reads, appId: Slot<string>, userId: Slot<string>) =>
	db.selectFrom("users").select("userGroupId").where("appId", "=", appId).where("id", "=", userId),
);

export async function replaceUserGroup(db: Writes, userId: string, userGroupId: string): Promise<void> {
	await db.updateTable("users").set({ userGroupId }).where("id", "=", userId).execute();
}
