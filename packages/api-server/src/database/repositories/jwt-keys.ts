import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { JwtKeyTable } from "../schema.js";

type JwtKeyRow = Selectable<JwtKeyTable>;

export async function insertJwtKey(db: Writes, key: JwtKeyRow): Promise<void> {
	await db.insertInto("jwtKeys").values(key).execute();
}

/** All keys of an app, newest first. The newest one signs (protocol/http-api §4.1). */
export async function listJwtKeys(db: Reads, appId: string): Promise<JwtKeyRow[]> {
	return db
		.selectFrom("jwtKeys")
		.selectAll()
		.where("appId", "=", appId)
		.orderBy("createdAt", "desc")
		.orderBy("id", "desc")
		.execute();
}

export async function findJwtKey(db: Reads, appId: string, keyId: string): Promise<JwtKeyRow | undefined> {
	return db.selectFrom("jwtKeys").selectAll().where("appId", "=", appId).where("id", "=", keyId).executeTakeFirst();
}

export async function deleteJwtKey(db: Writes, keyId: string): Promise<void> {
	await db.deleteFrom("jwtKeys").where("id", "=", keyId).execute();
}
