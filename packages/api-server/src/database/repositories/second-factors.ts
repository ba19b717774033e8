import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { RecoveryKeyTable, SecondFactorTable } from "../schema.js";

export type SecondFactorRow = Selectable<SecondFactorTable>;
type RecoveryKeyRow = Selectable<RecoveryKeyTable>;

export async function findSecondFactor(db: Reads, userId: string): Promise<SecondFactorRow | undefined> {
	return db.selectFrom("secondFactors").selectAll().where("userId", "=", userId).executeTakeFirst();
}

/** Stores the second factor of a user in place of an earlier one. */
export async function replaceSecondFactor(db: Writes, secondFactor: SecondFactorRow): Promise<void> {
	await deleteSecondFactor(db, secondFactor.userId);
	await db.insertInto("secondFactors").values(secondFactor).execute();
}

/** Remembers that the code of this time step was accepted; `false` when it, or a later one, was accepted before. */
export async function takeStep(db: Writes, userId: string, step: number): Promise<boolean> {
	const { numUpdatedRows } = await db
		.updateTable("secondFactors")
		.set({ lastStep: step, failures: 0 })
		.where("userId", "=", userId)
		.where("lastStep", "<", step)
		.executeTakeFirst();
	return numUpdatedRows === 1n;
}

export async function clearFailures(db: Writes, userId: string): Promise<void> {
	await db.updateTable("secondFactors").set({ failures: 0 }).where("userId", "=", userId).execute();
}

/** @param time ms */
export async function recordFailure(db: Writes, userId: string, time: number): Promise<void> {
	await db
		.updateTable("secondFactors")
		.set(({ eb }) => ({ failures: eb("failures", "+", 1), lastFailureAt: time }))
		.where("userId", "=", userId)
		.execute();
}

export async function deleteSecondFactor(db: Writes, userId: string): Promise<void> {
	await db.deleteFrom("secondFactors").where("userId", "=", userId).execute();
}

export async function insertRecoveryKeys(db: Writes, keys: RecoveryKeyRow[]): Promise<void> {
	await db.insertInto("recoveryKeys").values(keys).execute();
}

/** The unused recovery keys of a user, oldest first. */
export async function listRecoveryKeys(db: Reads, userId: string): Promise<RecoveryKeyRow[]> {
	return db.selectFrom("recoveryKeys").selectAll().where("userId", "=", userId).orderBy("id").execute();
}

/** Removes the recovery key with this hash; `false` when the user has none. */
export async function takeRecoveryKey(db: Writes, userId: string, keyHash: string): Promise<boolean> {
	const { numDeletedRows } = await db
		.deleteFrom("recoveryKeys")
		.where("userId", "=", userId)
		.where("keyHash", "=", keyHash)
		.executeTakeFirst();
	return numDeletedRows === 1n;
}

export async function deleteRecoveryKeys(db: Writes, userId: string): Promise<void> {
	await db.deleteFrom("recoveryKeys").where("userId", "=", userId).execute();
}
