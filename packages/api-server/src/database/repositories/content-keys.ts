import type { Selectable } from "kysely";
import type { ContentKeyTable } from "../content-key-schema.js";
import type { Reads, Writes } from "../database.js";
import { type Cursor, isAfter, PAGE_SIZE } from "../paging.js";

export type ContentKeyRow = Selectable<ContentKeyTable>;

export async function insertContentKey(db: Writes, key: ContentKeyRow): Promise<void> {
	await db.insertInto("contentKeys").values(key).execute();
}

export async function findContentKey(db: Reads, appId: string, id: string): Promise<ContentKeyRow | undefined> {
	return db.selectFrom("contentKeys").selectAll().where("appId", "=", appId).where("id", "=", id).executeTakeFirst();
}

/** One page of the keys that a master key encrypts, the newest first. */
export async function listContentKeys(
	db: Reads,
	appId: string,
	masterKeyId: string,
	after: Cursor | undefined,
): Promise<ContentKeyRow[]> {
	return db
		.selectFrom("contentKeys")
		.selectAll()
		.where("appId", "=", appId)
		.where("masterKeyId", "=", masterKeyId)
		.where(({ ref }) => isAfter(after, ref("createdAt"), "falling", ref("id")))
		.orderBy("createdAt", "desc")
		.orderBy("id")
		.limit(PAGE_SIZE)
		.execute();
}

/** Removes a key of this creator's. */
export async function deleteContentKey(db: Writes, appId: string, creatorId: string, id: string): Promise<void> {
	await db
		.deleteFrom("contentKeys")
		.where("appId", "=", appId)
		.where("creatorId", "=", creatorId)
		.where("id", "=", id)
		.execute();
}
