import type { Insertable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { PartRemovalTable } from "../file-schema.js";

export type PartRemoval = Insertable<PartRemovalTable>;

/** Where parts are removed: at the storage of the API, or at the own backend of an app. */
export interface RemovalsOf {
	readonly appId: string;
	readonly external: boolean;
}

/** Notes that something may have to be removed, or changes when. */
export async function noteRemoval(db: Writes, removal: PartRemoval): Promise<void> {
	await db
		.insertInto("partRemovals")
		.values(removal)
		.onConflict((conflict) => conflict.column("partId").doUpdateSet({ dueAt: removal.dueAt }))
		.execute();
}

/** Changes when a part may be removed. */
export async function deferRemovals(db: Writes, partIds: readonly string[], dueAt: number): Promise<void> {
	if (partIds.length === 0) return;
	await db.updateTable("partRemovals").set({ dueAt }).where("partId", "in", partIds).execute();
}

/** Takes a note back, unless its part may have been removed already; then `false`. */
export async function cancelRemoval(db: Writes, partId: string, now: number): Promise<boolean> {
	const { numDeletedRows } = await db
		.deleteFrom("partRemovals")
		.where("partId", "=", partId)
		.where("dueAt", ">", now)
		.executeTakeFirstOrThrow();
	return numDeletedRows === 1n;
}

/** Ids of parts to remove, those first that have been due longest. */
export async function listDueRemovals(
	db: Reads,
	{ appId, external }: RemovalsOf,
	{ now, most }: { readonly now: number; readonly most: number },
): Promise<string[]> {
	const rows = await db
		.selectFrom("partRemovals")
		.select("partId")
		.where("appId", "=", appId)
		.where("external", "=", Number(external))
		.where("dueAt", "<=", now)
		.orderBy("dueAt")
		.orderBy("partId")
		.limit(most)
		.execute();
	return rows.map(({ partId }) => partId);
}

/** Where something is due that no job is for. */
export async function listForgottenRemovals(
	db: Reads,
	kindOf: (external: boolean) => string,
	now: number,
): Promise<RemovalsOf[]> {
	const rows = await db
		.selectFrom("partRemovals")
		.select(["appId", "external"])
		.distinct()
		.where("dueAt", "<=", now)
		.where(({ not, exists, selectFrom }) =>
			not(
				exists(
					selectFrom("jobs")
						.select("jobs.id")
						.whereRef("jobs.subjectId", "=", "partRemovals.appId")
						.where(({ eb, and, or }) =>
							or(
								[true, false].map((external) =>
									and([eb("partRemovals.external", "=", Number(external)), eb("jobs.kind", "=", kindOf(external))]),
								),
							),
						),
				),
			),
		)
		.execute();
	return rows.map(({ appId, external }) => ({ appId, external: external !== 0 }));
}

export async function deleteRemovals(db: Writes, partIds: readonly string[]): Promise<void> {
	if (partIds.length === 0) return;
	await db.deleteFrom("partRemovals").where("partId", "in", partIds).execute();
}
