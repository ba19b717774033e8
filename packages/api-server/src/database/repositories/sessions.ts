import type { Selectable, Updateable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type Cursor, isAfter, PAGE_SIZE } from "../paging.js";
import { prepareFirst, prepareWrite, type Slot, type Slots } from "../prepared.js";
import type { SessionTable } from "../schema.js";
import { type DeviceOwner, devicesOf } from "./devices.js";

export type SessionRow = Selectable<SessionTable>;

/** A session whose last use or begin is before these times (ms) has ended. */
export interface Expiry {
	readonly usedBefore: number;
	readonly begunBefore: number;
}

export const insertSession = prepareWrite(
	(db: Writes, session: Slots<Pick<SessionRow, "id" | "deviceId" | "tokenHash" | "createdAt" | "usedAt">>) =>
		db.insertInto("sessions").values(session),
);

/** The session of the device whose refresh token has this hash. */
export const findSessionByToken = prepareFirst((db: Reads, deviceId: Slot<string>, tokenHash: Slot<string>) =>
	db.selectFrom("sessions").selectAll().where("deviceId", "=", deviceId).where("tokenHash", "=", tokenHash),
);

/** The session of the device whose refresh tokens all begin with what has this hash. */
export const findSessionByFamily = prepareFirst((db: Reads, deviceId: Slot<string>, familyHash: Slot<string>) =>
	db.selectFrom("sessions").selectAll().where("deviceId", "=", deviceId).where("familyHash", "=", familyHash),
);

export async function updateSession(db: Writes, id: string, changes: Updateable<SessionTable>): Promise<void> {
	await db.updateTable("sessions").set(changes).where("id", "=", id).execute();
}

/** One page of the sessions of a user that have not expired, the newest first. */
export async function listSessions(
	db: Reads,
	userId: string,
	{ usedBefore, begunBefore }: Expiry,
	after: Cursor | undefined,
): Promise<Pick<SessionRow, "id" | "deviceId" | "createdAt" | "usedAt">[]> {
	return db
		.selectFrom("sessions")
		.select(["id", "deviceId", "createdAt", "usedAt"])
		.where("deviceId", "in", devicesOf(db, { userId }))
		.where("usedAt", ">=", usedBefore)
		.where("createdAt", ">=", begunBefore)
		.where(({ ref }) => isAfter(after, ref("createdAt"), "falling", ref("id")))
		.orderBy("createdAt", "desc")
		.orderBy("id")
		.limit(PAGE_SIZE)
		.execute();
}

export async function deleteSession(db: Writes, id: string): Promise<void> {
	await db.deleteFrom("sessions").where("id", "=", id).execute();
}

/** @param keep id of a session that stays */
export async function deleteSessions(db: Writes, owner: DeviceOwner, keep?: string): Promise<void> {
	await db
		.deleteFrom("sessions")
		.where("deviceId", "in", devicesOf(db, owner))
		.$if(keep !== undefined, (query) => query.where("id", "!=", keep as string))
		.execute();
}

/** Removes the sessions, of whatever device, that have expired. */
export async function deleteExpiredSessions(db: Writes, { usedBefore, begunBefore }: Expiry): Promise<void> {
	await db.deleteFrom("sessions").where("usedAt", "<", usedBefore).execute();
	await db.deleteFrom("sessions").where("createdAt", "<", begunBefore).execute();
}
