import type { SessionListItem } from "@sentc-ts/transport/contract";
import type { Writes } from "../../database/database.js";
import type { Cursor } from "../../database/paging.js";
import { deleteChallenges } from "../../database/repositories/challenges.js";
import type { DeviceOwner } from "../../database/repositories/devices.js";
import { deleteSessions, listSessions } from "../../database/repositories/sessions.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { expiryOf } from "./refresh-token.js";

/**
 * The sessions of the caller on all devices, the newest first. The one that asks is in use: when its refresh token was replaced stays
 * untold, or a thief could wait for it, and within the time in which the one before still counts fetch its successor.
 */
export async function readSessions(
	services: Services,
	{ userId, sessionId }: Identity,
	after: Cursor | undefined,
): Promise<SessionListItem[]> {
	const sessions = await listSessions(services.database.reads, userId, expiryOf(services), after);
	return sessions.map(({ id, deviceId, createdAt, usedAt }) => ({
		session_id: id,
		device_id: deviceId,
		time: createdAt,
		last_used: id === sessionId ? services.now() : usedAt,
	}));
}

/** Ends the sessions of the caller on all devices, but the one to keep. */
export async function endOwnSessions({ database }: Services, { userId }: Identity, keep?: string): Promise<void> {
	await database.transaction((db) => endSessions(db, { userId }, keep));
}

/**
 * Ends sessions, and logins that lack their last step; JWTs that were issued stay valid until they expire.
 *
 * @param keep id of a session that goes on
 */
export async function endSessions(db: Writes, owner: DeviceOwner, keep?: string): Promise<void> {
	await deleteSessions(db, owner, keep);
	await deleteChallenges(db, owner);
}
