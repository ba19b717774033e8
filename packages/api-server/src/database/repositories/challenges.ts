import type { Reads, Writes } from "../database.js";
import { prepareFirst, prepareWrite, type Slot, type Slots } from "../prepared.js";
import type { LoginChallengeTable } from "../schema.js";
import { type DeviceOwner, devicesOf } from "./devices.js";

export const insertChallenge = prepareWrite((db: Writes, challenge: Slots<LoginChallengeTable>) =>
	db.insertInto("loginChallenges").values(challenge),
);

/** Removes the challenges of a device that were made before `time` (ms). */
export const deleteChallengesBefore = prepareWrite((db: Writes, deviceId: Slot<string>, time: Slot<number>) =>
	db.deleteFrom("loginChallenges").where("deviceId", "=", deviceId).where("createdAt", "<", time),
);

/** Was this challenge made for the device, at or after `since` (ms)? */
export async function challengeExists(
	db: Reads,
	{ deviceId, challengeHash, since }: { deviceId: string; challengeHash: string; since: number },
): Promise<boolean> {
	return (await findChallenge(db, deviceId, challengeHash, since)) !== undefined;
}

const findChallenge = prepareFirst(
	(db: Reads, deviceId: Slot<string>, challengeHash: Slot<string>, since: Slot<number>) =>
		db
			.selectFrom("loginChallenges")
			.select("createdAt")
			.where("deviceId", "=", deviceId)
			.where("challengeHash", "=", challengeHash)
			.where("createdAt", ">=", since),
);

export const deleteChallenges = prepareWrite((db: Writes, owner: Slots<DeviceOwner>) =>
	db.deleteFrom("loginChallenges").where("deviceId", "in", devicesOf(db, owner)),
);
