import type { Expression, ExpressionBuilder, Selectable, SqlBool } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { JobTable, Schema } from "../schema.js";

export type JobRow = Selectable<JobTable>;

/** No job waits longer, ms: a time further ahead was written before the clock was set back. */
export const LONGEST_WAIT: number = 10 * 60_000;

/** Nobody works on the job. */
const FREE = { leaseOwner: null, leasedUntil: 0 } as const;

/**
 * Stores a job. When there is one for the subject already, it gets the new id: whoever works on it now will not take it
 * for done.
 */
export async function insertJob(
	db: Writes,
	{ id, kind, subjectId, now }: { id: string; kind: string; subjectId: string; now: number },
): Promise<void> {
	await db
		.insertInto("jobs")
		.values({ id, kind, subjectId, createdAt: now, runAt: now, ...FREE, attempts: 0, lastError: null })
		.onConflict((conflict) => conflict.columns(["kind", "subjectId"]).doUpdateSet({ id, runAt: now, attempts: 0 }))
		.execute();
}

/** The jobs of these kinds that neither wait nor are leased. */
function due(kinds: readonly string[], now: number) {
	return ({ eb, and, between, not }: ExpressionBuilder<Schema, "jobs">): Expression<SqlBool> =>
		and([
			eb("kind", "in", kinds),
			not(between("runAt", now + 1, now + LONGEST_WAIT)),
			not(between("leasedUntil", now + 1, now + LONGEST_WAIT)),
		]);
}

/** Is there a job of these kinds to work on? */
export async function jobIsDue(db: Reads, kinds: readonly string[], now: number): Promise<boolean> {
	const job = await db.selectFrom("jobs").select("id").where(due(kinds, now)).limit(1).executeTakeFirst();
	return job !== undefined;
}

/** Is there a job of this kind, whether it is due or not? */
export async function jobExists(db: Reads, kind: string): Promise<boolean> {
	const job = await db.selectFrom("jobs").select("id").where("kind", "=", kind).limit(1).executeTakeFirst();
	return job !== undefined;
}

/** A job, and the group whose keys it is about: that of a user for a user's. */
export interface LeasedJob extends JobRow {
	readonly groupId: string;
}

interface Lease {
	readonly kinds: readonly string[];
	readonly owner: string;
	readonly now: number;
	/** ms */
	readonly leasedUntil: number;
	/** Groups whose turn is not now. */
	readonly served: ReadonlySet<string>;
}

/** Takes the job that has waited longest, of groups whose turn it is; nobody else gets it before its lease ends. */
export async function leaseJob(
	db: Writes,
	{ kinds, owner, now, leasedUntil, served }: Lease,
): Promise<LeasedJob | undefined> {
	const next = await db
		.selectFrom("jobs")
		.leftJoin("groupKeys", "groupKeys.id", "jobs.subjectId")
		.selectAll("jobs")
		.select(({ fn }) => fn.coalesce("groupKeys.groupId", "jobs.subjectId").as("groupId"))
		.where(due(kinds, now))
		.$if(served.size > 0, (query) =>
			query.where(({ fn, eb }) => eb(fn.coalesce("groupKeys.groupId", "jobs.subjectId"), "not in", [...served])),
		)
		.orderBy("jobs.runAt")
		.orderBy("jobs.id")
		.limit(1)
		.executeTakeFirst();
	if (next === undefined) return undefined;
	await db.updateTable("jobs").set({ leaseOwner: owner, leasedUntil }).where("id", "=", next.id).execute();
	return { ...next, leaseOwner: owner, leasedUntil };
}

/** Removes a job that is done, unless it was asked for again or somebody else works on it. */
export async function deleteJob(db: Writes, { id, leaseOwner }: JobRow): Promise<void> {
	await db.deleteFrom("jobs").where("id", "=", id).where("leaseOwner", "=", leaseOwner).execute();
}

/** Ends the lease of a job, unless somebody else has taken it over. */
export async function releaseJob(
	db: Writes,
	{ kind, subjectId, leaseOwner }: JobRow,
	changes: Partial<Pick<JobRow, "runAt" | "attempts" | "lastError">>,
): Promise<void> {
	await db
		.updateTable("jobs")
		.set({ ...changes, ...FREE })
		.where("kind", "=", kind)
		.where("subjectId", "=", subjectId)
		.where("leaseOwner", "=", leaseOwner)
		.execute();
}
