import { type Kysely, type Migration, sql } from "kysely";

/** The order of the lists of somebody's groups, so that a page is read from where it begins. */
export const membershipOrder: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await db.schema
			.alterTable("members")
			.addColumn("groupCreatedAt", "bigint", (definition) => definition.notNull().defaultTo(0))
			.execute();
		await sql`
			update members set "groupCreatedAt" =
			(select "createdAt" from groups where groups.id = members."groupId")`.execute(db);
		await db.schema.dropIndex("members_memberId").execute();
		await db.schema
			.createIndex("members_memberId_groupCreatedAt_groupId")
			.on("members")
			.columns(["memberId", "groupCreatedAt", "groupId"])
			.execute();
	},
};
