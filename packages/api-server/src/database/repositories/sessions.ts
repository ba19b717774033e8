import type { Reads, Writes } from "../database.js";

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

export async function insertRefreshToken(
	db: Writes,
	token: { deviceId: string; tokenHash: string; createdAt: number },
): Promise<void> {
	await db.insertInto("refreshTokens").values(token).execute();
}

/** Does the token belong to this device of this app? */
export async function refreshTokenExists(
	db: Reads,
	{ appId, deviceId, tokenHash }: { appId: string; deviceId: string; tokenHash: string },
): Promise<boolean> {
	const token = await db
		.selectFrom("refreshTokens")
		.innerJoin("devices", "devices.id", "refreshTokens.deviceId")
		.select("devices.id")
		.where("devices.appId", "=", appId)
		.where("refreshTokens.deviceId", "=", deviceId)
		.where("refreshTokens.tokenHash", "=", tokenHash)
		.executeTakeFirst();
	return token !== undefined;
}
