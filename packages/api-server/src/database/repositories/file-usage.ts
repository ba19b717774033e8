import type { Reads, Writes } from "../database.js";

/** Whose files: those of a user in an app. */
interface Owner {
	readonly appId: string;
	readonly userId: string;
}

/** The row of all users of an app. */
const ALL = "";

/** Counts bytes more, or fewer, for the owner and for the app. */
export async function countBytes(db: Writes, { appId, userId }: Owner, bytes: number): Promise<void> {
	for (const holder of [userId, ALL]) {
		await db
			.insertInto("fileUsage")
			.values({ appId, userId: holder, bytes })
			.onConflict((conflict) =>
				conflict.columns(["appId", "userId"]).doUpdateSet(({ eb }) => ({ bytes: eb("fileUsage.bytes", "+", bytes) })),
			)
			.execute();
	}
}

/** What the files of an owner, and those of the whole app, count. */
export async function findUsage(db: Reads, { appId, userId }: Owner): Promise<{ user: number; app: number }> {
	const rows = await db
		.selectFrom("fileUsage")
		.select(["userId", "bytes"])
		.where("appId", "=", appId)
		.where("userId", "in", [userId, ALL])
		.execute();
	const of = (holder: string): number => rows.find((row) => row.userId === holder)?.bytes ?? 0;
	return { user: of(userId), app: of(ALL) };
}
