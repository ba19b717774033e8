import { type Kysely, type Migration, sql } from "kysely";
import { createTable } from "./table-v1.js";

/** Files, the parts they consist of, and what is left to remove from storages. */
export const files: Migration = {
	async up(db: Kysely<unknown>): Promise<void> {
		await addFileOptions(db);
		await createTable(db, "files", {
			key: ["id"],
			text: ["id", "appId", "owner", "encryptedKey", "encryptedKeyAlg", "masterKeyId"],
			nullable: ["groupId", "receiverId", "encryptedFileName"],
			integer: ["createdAt", "bytes"],
			owner: { appId: "apps" },
			index: [["appId", "owner"], ["appId", "receiverId"], ["groupId"]],
		});
		await createTable(db, "fileSessions", {
			key: ["id"],
			text: ["id", "fileId"],
			integer: ["createdAt", "ended"],
			owner: { fileId: "files" },
			index: [["fileId"]],
		});
		await createTable(db, "fileParts", {
			key: ["id"],
			text: ["id", "fileId"],
			nullable: ["hash"],
			integer: ["sequence", "external"],
			owner: { fileId: "files" },
			unique: [["fileId", "sequence"]],
		});
		// Without owner: what is in a storage outlives its app.
		await createTable(db, "partRemovals", {
			key: ["partId"],
			text: ["partId", "appId"],
			integer: ["external", "dueAt"],
			index: [["dueAt"], ["appId", "external", "dueAt"]],
		});
		await createTable(db, "fileUsage", {
			key: ["appId", "userId"],
			text: ["appId", "userId"],
			integer: ["bytes"],
			owner: { appId: "apps" },
		});
	},
};

/** Files are off, but in the app of a first start. */
async function addFileOptions(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable("apps")
		.addColumn("fileStorage", "integer", (definition) => definition.notNull().defaultTo(-1))
		.execute();
	for (const column of ["fileStorageUrl", "sealedFileToken"]) {
		await db.schema.alterTable("apps").addColumn(column, "text").execute();
	}
	await sql`update apps set ${sql.ref("fileStorage")} = 0 where development = 1`.execute(db);
}
