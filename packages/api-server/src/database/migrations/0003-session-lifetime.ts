import { type Kysely, type Migration, sql } from "kysely";

/** Sessions end some time after their last use. */
export const sessionLifetime: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema.alterTable("refreshTokens").renameColumn("createdAt", "usedAt").execute();
		// Nobody knows when the earlier ones were last used: their time begins now.
		await sql`update "refreshTokens" set "usedAt" = ${Date.now()}`.execute(db);
		await db.schema.createIndex("refreshTokens_usedAt").on("refreshTokens").column("usedAt").execute();
	},
};
