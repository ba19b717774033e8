import type { Kysely, Migration } from "kysely";

/** Rotations that a removal asks for, who chose to be a member, and the order of the lists of members and of those who wait. */
export const groups: Migration = {
	async up({ schema }: Kysely<unknown>): Promise<void> {
		for (const [table, column, value] of [
			["groups", "rotationDue", 0],
			["groupKeys", "forRemoval", 0],
			["members", "chosen", 1],
		] as const) {
			await schema
				.alterTable(table)
				.addColumn(column, "integer", (definition) => definition.notNull().defaultTo(value))
				.execute();
		}
		await schema.dropIndex("pendingMembers_memberId").execute();
		for (const [table, columns] of [
			["members", ["groupId", "joinedAt", "memberId"]],
			["members", ["keySessionId"]],
			["pendingMembers", ["keySessionId"]],
			["pendingMembers", ["groupId", "kind", "createdAt", "memberId"]],
			["pendingMembers", ["memberId", "kind", "createdAt desc", "groupId"]],
		] as const) {
			const name = [table, ...columns.map((column) => column.replace(/ .*/, ""))].join("_");
			await schema
				.createIndex(name)
				.on(table)
				.columns([...columns])
				.execute();
		}
	},
};
