import type { Reads, Writes } from "../database.js";
import { type DeviceOwner, devicesOf } from "./devices.js";

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

export async function deleteChallenges(db: Writes, owner: DeviceOwner): Promise<void> {
	await db.deleteFrom("loginChallenges").where("deviceId", "in", devicesOf(db, owner)).execute();
}
