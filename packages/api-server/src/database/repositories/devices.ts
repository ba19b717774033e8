import type { Selectable, Updateable } from "kysely";
import type { Reads, Writes } from "../database.js";
import { type After, isAfter, PAGE_SIZE } from "../paging.js";
import { prepareAll, prepareFirst, prepareWrite, type Slot, type Slots } from "../prepared.js";
import type { DeviceTable } from "../schema.js";

export type DeviceRow = Selectable<DeviceTable>;

/** A device that is part of an account. */
export interface AttachedDevice extends DeviceRow {
	userId: string;
	userGroupId: string;
}

/** A device that is part of an account, without its keys: those are twenty times as long as all the rest. */
export interface KnownDevice
	extends Pick<AttachedDevice, "id" | "appId" | "userId" | "userGroupId" | "sealedHashedAuthenticationKey"> {
	/** ms; `null` = the user has none. */
	secondFactorSince: number | null;
}

/** One device, or all devices of a user. */
export type DeviceOwner = { readonly deviceId: string } | { readonly userId: string };

/** Their ids. */
export const devicesOf = (db: Reads, owner: DeviceOwner | Slots<DeviceOwner>) => {
	const ids = db.selectFrom("devices").select("id");
	return "deviceId" in owner ? ids.where("id", "=", owner.deviceId) : ids.where("userId", "=", owner.userId);
};

/** Returns `false`, and stores nothing, when a device of the app has the identifier already. */
export async function insertDevice(db: Writes, device: DeviceRow): Promise<boolean> {
	return (await insertNew(db, device)) === 1;
}

const insertNew = prepareWrite((db: Writes, device: Slots<DeviceRow>) =>
	db
		.insertInto("devices")
		.values(device)
		.onConflict((conflict) => conflict.columns(["appId", "identifierIndex"]).doNothing()),
);

export async function identifierIsTaken(db: Reads, appId: string, identifierIndex: string): Promise<boolean> {
	return (await findByIndex(db, appId, identifierIndex)) !== undefined;
}

const findByIndex = prepareFirst((db: Reads, appId: Slot<string>, identifierIndex: Slot<string>) =>
	db.selectFrom("devices").select("id").where("appId", "=", appId).where("identifierIndex", "=", identifierIndex),
);

const ofAccounts = (db: Reads) =>
	db
		.selectFrom("devices")
		.innerJoin("users", "users.id", "devices.userId")
		.select(["users.id as userId", "users.userGroupId"]);

const knownDevices = (db: Reads) =>
	ofAccounts(db)
		.leftJoin("secondFactors", "secondFactors.userId", "users.id")
		.select([
			...(["devices.id", "devices.appId", "devices.sealedHashedAuthenticationKey"] as const),
			"secondFactors.createdAt as secondFactorSince",
		]);

export const findKnownDevice = prepareFirst((db: Reads, appId: Slot<string>, identifierIndex: Slot<string>) =>
	knownDevices(db).where("devices.appId", "=", appId).where("devices.identifierIndex", "=", identifierIndex),
);

export const findKnownDeviceById = prepareFirst((db: Reads, deviceId: Slot<string>) =>
	knownDevices(db).where("devices.id", "=", deviceId),
);

export async function findAttachedDevice(
	db: Reads,
	appId: string,
	identifierIndex: string,
): Promise<AttachedDevice | undefined> {
	return ofAccounts(db)
		.selectAll("devices")
		.where("devices.appId", "=", appId)
		.where("devices.identifierIndex", "=", identifierIndex)
		.executeTakeFirst();
}

/**
 * What a login starts with. Nothing else of the device is read, so that a known identifier takes hardly longer than one that
 * nobody has.
 */
export const findDerivation = prepareFirst((db: Reads, appId: Slot<string>, identifierIndex: Slot<string>) =>
	db
		.selectFrom("devices")
		.select(["id", "sealedClientRandomValue", "derivedAlg"])
		.where("appId", "=", appId)
		.where("identifierIndex", "=", identifierIndex)
		.where("userId", "is not", null),
);

export const findAttachedDeviceById = prepareFirst((db: Reads, deviceId: Slot<string>) =>
	ofAccounts(db).selectAll("devices").where("devices.id", "=", deviceId),
);

/** The user group of the user whose device this is; `undefined` when the app has no such user with such a device. */
export async function findUserGroupOfDevice(
	db: Reads,
	{ appId, userId, deviceId }: { appId: string; userId: string; deviceId: string },
): Promise<string | undefined> {
	return (await findOwner(db, appId, userId, deviceId))?.userGroupId;
}

const findOwner = prepareFirst((db: Reads, appId: Slot<string>, userId: Slot<string>, deviceId: Slot<string>) =>
	ofAccounts(db).where("devices.id", "=", deviceId).where("users.id", "=", userId).where("users.appId", "=", appId),
);

/** Returns `false` when there is no such device. */
export async function updateDevice(
	db: Writes,
	deviceId: string,
	changes: Omit<Updateable<DeviceTable>, "id" | "appId" | "userId">,
): Promise<boolean> {
	const { numUpdatedRows } = await db.updateTable("devices").set(changes).where("id", "=", deviceId).executeTakeFirst();
	return numUpdatedRows === 1n;
}

/** One page of the devices of a user, in the order in which they joined the account. */
export const listDevices = prepareAll((db: Reads, userId: Slot<string>, userGroupId: Slot<string>, after: After) =>
	db
		.selectFrom("devices")
		.innerJoin("members", "members.memberId", "devices.id")
		.select(["devices.id", "devices.sealedIdentifierHash", "members.joinedAt"])
		.where("devices.userId", "=", userId)
		.where("members.groupId", "=", userGroupId)
		.where(({ ref }) => isAfter(after, ref("members.joinedAt"), "rising", ref("devices.id")))
		.orderBy("members.joinedAt")
		.orderBy("devices.id")
		.limit(PAGE_SIZE),
);

export async function countDevices(db: Reads, userId: string): Promise<number> {
	const { count } = await db
		.selectFrom("devices")
		.select(({ fn }) => fn.countAll<number>().as("count"))
		.where("userId", "=", userId)
		.executeTakeFirstOrThrow();
	return Number(count);
}

/** Removes a device with its sessions; `false` when the user has no such device. */
export async function deleteDevice(db: Writes, userId: string, deviceId: string): Promise<boolean> {
	const { numDeletedRows } = await db
		.deleteFrom("devices")
		.where("userId", "=", userId)
		.where("id", "=", deviceId)
		.executeTakeFirst();
	return numDeletedRows === 1n;
}

export async function deleteDevices(db: Writes, userId: string): Promise<void> {
	await db.deleteFrom("devices").where("userId", "=", userId).execute();
}
