import type { Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { DeviceTable, UserTable } from "../schema.js";

export type DeviceRow = Selectable<DeviceTable>;

/** A device that is part of an account. */
export interface AttachedDevice extends DeviceRow {
	userId: string;
	userGroupId: string;
}

export async function insertUser(db: Writes, user: Selectable<UserTable>): Promise<void> {
	await db.insertInto("users").values(user).execute();
}

/** The user group of a user of this app; `undefined` when there is no such user. */
export async function findUserGroupId(db: Reads, appId: string, userId: string): Promise<string | undefined> {
	const user = await db
		.selectFrom("users")
		.select("userGroupId")
		.where("appId", "=", appId)
		.where("id", "=", userId)
		.executeTakeFirst();
	return user?.userGroupId;
}

/** Returns `false`, and stores nothing, when a device of the app has the identifier already. */
export async function insertDevice(db: Writes, device: DeviceRow): Promise<boolean> {
	const { numInsertedOrUpdatedRows } = await db
		.insertInto("devices")
		.values(device)
		.onConflict((conflict) => conflict.columns(["appId", "identifierHash"]).doNothing())
		.executeTakeFirstOrThrow();
	return numInsertedOrUpdatedRows === 1n;
}

export async function identifierIsTaken(db: Reads, appId: string, identifierHash: string): Promise<boolean> {
	const device = await db
		.selectFrom("devices")
		.select("id")
		.where("appId", "=", appId)
		.where("identifierHash", "=", identifierHash)
		.executeTakeFirst();
	return device !== undefined;
}

export async function findAttachedDevice(
	db: Reads,
	appId: string,
	identifierHash: string,
): Promise<AttachedDevice | undefined> {
	return db
		.selectFrom("devices")
		.innerJoin("users", "users.id", "devices.userId")
		.selectAll("devices")
		.select(["users.id as userId", "users.userGroupId"])
		.where("devices.appId", "=", appId)
		.where("devices.identifierHash", "=", identifierHash)
		.executeTakeFirst();
}

/** Makes the device that waits with this token part of the account; returns its id. A token works once. */
export async function attachDevice(
	db: Writes,
	appId: string,
	registrationTokenHash: string,
	userId: string,
): Promise<string | undefined> {
	const device = await db
		.updateTable("devices")
		.set({ userId, registrationTokenHash: null })
		.where("appId", "=", appId)
		.where("registrationTokenHash", "=", registrationTokenHash)
		.returning("id")
		.executeTakeFirst();
	return device?.id;
}
