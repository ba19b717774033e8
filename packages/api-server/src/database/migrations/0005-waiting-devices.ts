import type { Kysely, Migration } from "kysely";
import { createTable } from "./table-v1.js";

/** Devices that belong to no account yet leave the table of those that do: they must not keep an identifier from anybody. */
export const waitingDevices: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await createTable(db, "waitingDevices", {
			key: ["id"],
			text: ["id", "appId", "tokenHash", "sealedData", "address", "network"],
			integer: ["createdAt"],
			owner: { appId: "apps" },
			unique: [["tokenHash"]],
			index: [["createdAt"], ["appId", "network", "createdAt"], ["appId", "address"]],
		});
		// Who waited has to start again, as after half an hour.
		await (db as Kysely<{ devices: { userId: string | null } }>)
			.deleteFrom("devices")
			.where("userId", "is", null)
			.execute();
	},
};
