import type { Selectable } from "kysely";
import type { Writes } from "../database.js";
import type { WaitingDeviceTable } from "../schema.js";

export type WaitingDeviceRow = Selectable<WaitingDeviceTable>;

export async function insertWaitingDevice(db: Writes, device: WaitingDeviceRow): Promise<void> {
	await db.insertInto("waitingDevices").values(device).execute();
}

/** Removes and returns the device that waits with this token: a token works once. */
export async function takeWaitingDevice(
	db: Writes,
	appId: string,
	tokenHash: string,
): Promise<WaitingDeviceRow | undefined> {
	return db
		.deleteFrom("waitingDevices")
		.where("appId", "=", appId)
		.where("tokenHash", "=", tokenHash)
		.returningAll()
		.executeTakeFirst();
}

/** @param before ms */
export async function deleteWaitingDevices(db: Writes, before: number): Promise<void> {
	await db.deleteFrom("waitingDevices").where("createdAt", "<", before).execute();
}

/** How many devices of an app wait, of those that came from this address if one is given, and since when (ms). */
export async function countWaitingDevices(
	db: Writes,
	appId: string,
	address?: string,
): Promise<{ count: number; oldest: number | null }> {
	const { count, oldest } = await db
		.selectFrom("waitingDevices")
		.select(({ fn }) => [fn.countAll<number>().as("count"), fn.min<number | null>("createdAt").as("oldest")])
		.where("appId", "=", appId)
		.$if(address !== undefined, (query) => query.where("address", "=", address ?? ""))
		.executeTakeFirstOrThrow();
	return { count: Number(count), oldest };
}

/** Removes the device that waits longest among those from the network that most of the app's come from. */
export async function deleteOldestOfBusiestNetwork(db: Writes, appId: string): Promise<void> {
	const busiest = await db
		.selectFrom("waitingDevices")
		.select("network")
		.where("appId", "=", appId)
		.groupBy("network")
		.orderBy(({ fn }) => fn.countAll(), "desc")
		.orderBy(({ fn }) => fn.min("createdAt"))
		.limit(1)
		.executeTakeFirst();
	if (busiest === undefined) return;
	await db
		.deleteFrom("waitingDevices")
		.where("id", "=", (devices) =>
			devices
				.selectFrom("waitingDevices")
				.select("id")
				.where("appId", "=", appId)
				.where("network", "=", busiest.network)
				.orderBy("createdAt")
				.orderBy("id")
				.limit(1),
		)
		.execute();
}
