import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { Schema } from "../schema.js";

type RefreshTokenRow = Selectable<Schema["refreshTokens"]>;

export async function insertChallenge(
	db: Writes,
	challenge: { deviceId: string; challengeHash: string; createdAt: number },
): Promise<void> {
	await db.insertInto("loginChallenges").values(challenge).execute();
}

/** Removes the challenges of a device that were made before `time` (ms). */
export async function deleteChallengesBefore(db: Writes, deviceId: string, time: number): Promise<void> {
	await db.deleteFrom("loginChallenges").where("deviceId", "=", deviceId).where("createdAt", "<", time).execute();
}

/** Was this challenge made for the device, at or after `since` (ms)? */
export async function challengeExists(
	db: Reads,
	{ deviceId, challengeHash, since }: { deviceId: string; challengeHash: string; since: number },
): Promise<boolean> {
	const challenge = await db
		.selectFrom("loginChallenges")
		.select("createdAt")
		.where("deviceId", "=", deviceId)
		.where("challengeHash", "=", challengeHash)
		.where("createdAt", ">=", since)
		.executeTakeFirst();
	return challenge !== undefined;
}

export async function deleteChallenges(db: Writes, deviceId: string): Promise<void> {
	await db.deleteFrom("loginChallenges").where("deviceId", "=", deviceId).execute();
}

export async function deleteChallengesOfUser(db: Writes, userId: string): Promise<void> {
	await db
		.deleteFrom("loginChallenges")
		.where("deviceId", "in", (devices) => devices.selectFrom("devices").select("id").where("userId", "=", userId))
		.execute();
}

export async function insertRefreshToken(db: Writes, token: RefreshTokenRow): Promise<void> {
	await db.insertInto("refreshTokens").values(token).execute();
}

/** When the token of this device was last used, ms. */
export async function findRefreshTokenUse(db: Reads, deviceId: string, tokenHash: string): Promise<number | undefined> {
	const token = await db
		.selectFrom("refreshTokens")
		.select("usedAt")
		.where("deviceId", "=", deviceId)
		.where("tokenHash", "=", tokenHash)
		.executeTakeFirst();
	return token?.usedAt;
}

export async function recordRefreshTokenUse(
	db: Writes,
	{ deviceId, tokenHash, usedAt }: RefreshTokenRow,
): Promise<void> {
	await db
		.updateTable("refreshTokens")
		.set({ usedAt })
		.where("deviceId", "=", deviceId)
		.where("tokenHash", "=", tokenHash)
		.execute();
}

export async function deleteRefreshToken(db: Writes, deviceId: string, tokenHash: string): Promise<void> {
	await db.deleteFrom("refreshTokens").where("deviceId", "=", deviceId).where("tokenHash", "=", tokenHash).execute();
}

export async function deleteRefreshTokens(db: Writes, deviceId: string): Promise<void> {
	await db.deleteFrom("refreshTokens").where("deviceId", "=", deviceId).execute();
}

export async function deleteRefreshTokensOfUser(db: Writes, userId: string): Promise<void> {
	await db
		.deleteFrom("refreshTokens")
		.where("deviceId", "in", (devices) => devices.selectFrom("devices").select("id").where("userId", "=", userId))
		.execute();
}

/** Removes the tokens, of whatever device, that were not used since `time` (ms). */
export async function deleteRefreshTokensBefore(db: Writes, time: number): Promise<void> {
	await db.deleteFrom("refreshTokens").where("usedAt", "<", time).execute();
}
