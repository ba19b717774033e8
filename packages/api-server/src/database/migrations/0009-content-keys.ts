import type { Kysely, Migration } from "kysely";
import { createTable } from "./table-v1.js";

/** Content keys that clients registered. They outlive who registered them: others read content with them. */
export const contentKeys: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await createTable(db, "contentKeys", {
			key: ["id"],
			text: ["id", "appId", "creatorId", "masterKeyId", "alg", "encryptedKey"],
			integer: ["createdAt"],
			owner: { appId: "apps" },
			index: [["appId", "masterKeyId", "createdAt", "id"]],
		});
	},
};
