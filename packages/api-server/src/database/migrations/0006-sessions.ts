import { type Kysely, type Migration, sql } from "kysely";
import { createTable } from "./table-v1.js";

/** A UUID of version 4. */
const RANDOM_ID = sql`lower(
	hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
	substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))
)`;

/** Sessions have an id, a begin, and a refresh token that may change. */
export const sessions: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await createTable(db, "sessions", {
			key: ["id"],
			text: ["id", "deviceId", "tokenHash"],
			nullable: ["familyHash", "previousTokenHash", "sealedSalt"],
			integer: ["createdAt", "usedAt"],
			owner: { deviceId: "devices" },
			unique: [["deviceId", "tokenHash"]],
			index: [["deviceId", "familyHash"], ["createdAt"], ["usedAt"]],
		});
		await db.schema.alterTable("sessions").addColumn("rotatedAt", "bigint").execute();
		// Nobody knows when the earlier ones began: their time begins now.
		await sql`
			insert into sessions (id, "deviceId", "tokenHash", "createdAt", "usedAt")
			select ${RANDOM_ID}, "deviceId", "tokenHash", ${Date.now()}, "usedAt" from "refreshTokens"`.execute(db);
		await db.schema.dropTable("refreshTokens").execute();
		await dropUnused(db);
	},
};

/** Devices that wait have had a table of their own since 0005. */
async function dropUnused(db: Kysely<unknown>): Promise<void> {
	await db.schema.dropIndex("devices_registrationTokenHash").execute();
	await db.schema.alterTable("devices").dropColumn("registrationTokenHash").execute();
}
