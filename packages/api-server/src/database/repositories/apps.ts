import type { Selectable, Updateable } from "kysely";
import type { Cell } from "../../vault.js";
import type { Reads, Writes } from "../database.js";
import type { AppTable } from "../schema.js";

export type AppRow = Selectable<AppTable>;

export async function insertApp(db: Writes, app: AppRow): Promise<void> {
	await db.insertInto("apps").values(app).execute();
}

export async function updateApp(db: Writes, appId: string, changes: Updateable<AppTable>): Promise<void> {
	await db.updateTable("apps").set(changes).where("id", "=", appId).execute();
}

export async function listApps(db: Reads): Promise<AppRow[]> {
	return db.selectFrom("apps").selectAll().orderBy("createdAt").orderBy("id").execute();
}

export async function findApp(db: Reads, appId: string): Promise<AppRow | undefined> {
	return db.selectFrom("apps").selectAll().where("id", "=", appId).executeTakeFirst();
}

/** The app that one of whose tokens has this hash. */
export async function findAppByToken(db: Reads, tokenHash: string): Promise<AppRow | undefined> {
	return db
		.selectFrom("apps")
		.selectAll()
		.where((or) => or.or([or("hashedPublicToken", "=", tokenHash), or("hashedSecretToken", "=", tokenHash)]))
		.executeTakeFirst();
}

export async function findDevelopmentApp(db: Reads): Promise<AppRow | undefined> {
	return db.selectFrom("apps").selectAll().where("development", "=", 1).executeTakeFirst();
}

/** The cell of the token with which an app's own backend is told of deleted parts. */
export function fileTokenCell(appId: string): Cell {
	return { table: "apps", row: appId, column: "sealedFileToken" };
}
