import type { Selectable, Updateable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { AppTable, JwtKeyTable } from "../schema.js";

export type AppRow = Selectable<AppTable>;
export type JwtKeyRow = Selectable<JwtKeyTable>;

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

export async function insertJwtKey(db: Writes, key: JwtKeyRow): Promise<void> {
	await db.insertInto("jwtKeys").values(key).execute();
}

/** The key that signs (spec http-api §4.1). */
export async function newestJwtKey(db: Reads, appId: string): Promise<JwtKeyRow> {
	return db
		.selectFrom("jwtKeys")
		.selectAll()
		.where("appId", "=", appId)
		.orderBy("createdAt", "desc")
		.orderBy("id", "desc")
		.limit(1)
		.executeTakeFirstOrThrow();
}

export async function findJwtKey(db: Reads, appId: string, keyId: string): Promise<JwtKeyRow | undefined> {
	return db.selectFrom("jwtKeys").selectAll().where("appId", "=", appId).where("id", "=", keyId).executeTakeFirst();
}
