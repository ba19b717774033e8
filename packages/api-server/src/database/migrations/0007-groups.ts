import type { Kysely, Migration } from "kysely";

/** Rotations that a removal asks for, and the order of the lists of members. */
export const groups: Migration = {
	async up({ schema }: Kysely<unknown>): Promise<void> {
		for (const [table, column] of [
			["groups", "rotationDue"],
			["groupKeys", "forRemoval"],
		] as const) {
			await schema
				.alterTable(table)
				.addColumn(column, "integer", (definition) => definition.notNull().defaultTo(0))
				.execute();
		}
		await schema
			.createIndex("members_groupId_joinedAt_memberId")
			.on("members")
			.columns(["groupId", "joinedAt", "memberId"])
			.execute();
		for (const table of ["members", "pendingMembers"]) {
			await schema.createIndex(`${table}_keySessionId`).on(table).column("keySessionId").execute();
		}
	},
};
