import type { Kysely, Migration } from "kysely";

/** Sessions end some time after their last use. */
export const sessionLifetime: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema.alterTable("refreshTokens").renameColumn("createdAt", "usedAt").execute();
		await db.schema.createIndex("refreshTokens_usedAt").on("refreshTokens").column("usedAt").execute();
	},
};
