import type { Insertable, Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { FileSessionTable, FileTable } from "../file-schema.js";
import { countBytes } from "./file-usage.js";

export type FileRow = Selectable<FileTable>;

export async function insertFile(db: Writes, file: Insertable<FileTable>, sessionId: string): Promise<void> {
	await db.insertInto("files").values(file).execute();
	const session = { id: sessionId, fileId: file.id, createdAt: file.createdAt, ended: 0 };
	await db.insertInto("fileSessions").values(session).execute();
}

export async function findFile(db: Reads, appId: string, fileId: string): Promise<FileRow | undefined> {
	return db.selectFrom("files").selectAll().where("appId", "=", appId).where("id", "=", fileId).executeTakeFirst();
}

/** @param more bytes that the file counts in quotas with this name */
export async function renameFile(
	db: Writes,
	fileId: string,
	encryptedFileName: string | null,
	more: number,
): Promise<void> {
	await db
		.updateTable("files")
		.set(({ eb }) => ({ encryptedFileName, bytes: eb("bytes", "+", more) }))
		.where("id", "=", fileId)
		.execute();
}

/** A session, and what one has to know of its file. */
export type FileSession = Selectable<FileSessionTable> & Pick<FileRow, "appId" | "owner" | "groupId" | "bytes">;

export async function findSession(db: Reads, appId: string, sessionId: string): Promise<FileSession | undefined> {
	return db
		.selectFrom("fileSessions")
		.innerJoin("files", "files.id", "fileSessions.fileId")
		.selectAll("fileSessions")
		.select(["files.appId", "files.owner", "files.groupId", "files.bytes"])
		.where("files.appId", "=", appId)
		.where("fileSessions.id", "=", sessionId)
		.executeTakeFirst();
}

/** Ends the upload of a file, or opens it again. */
export async function setSessionEnded(db: Writes, fileId: string, ended: boolean): Promise<void> {
	await db
		.updateTable("fileSessions")
		.set({ ended: Number(ended) })
		.where("fileId", "=", fileId)
		.execute();
}

/** Which files are deleted with something else. */
export type FilesOf =
	| { readonly fileId: string }
	| { readonly groupIds: readonly string[] }
	| { readonly appId: string; readonly userId: string };

/** How many files go at once. */
const DELETED_AT_ONCE = 500;

/**
 * Deletes files. What their parts leave in storages is noted to be removed.
 *
 * @returns ids of the apps whose storages have something to remove
 */
export async function deleteFiles(db: Writes, filesOf: FilesOf, now: number): Promise<ReadonlySet<string>> {
	const appIds = new Set<string>();
	for (;;) {
		const files = await listFiles(db, filesOf);
		if (files.length === 0) return appIds;
		const ids = files.map(({ id }) => id);
		await db
			.insertInto("partRemovals")
			.columns(["partId", "appId", "external", "dueAt"])
			.expression(({ selectFrom, val }) =>
				selectFrom("fileParts")
					.innerJoin("files", "files.id", "fileParts.fileId")
					.select(["fileParts.id", "files.appId", "fileParts.external", val(now).as("dueAt")])
					.where("files.id", "in", ids),
			)
			.execute();
		for (const { appId, owner, bytes } of files) {
			await countBytes(db, { appId, userId: owner }, -bytes);
			appIds.add(appId);
		}
		await db.deleteFrom("files").where("id", "in", ids).execute();
	}
}

/** Those of a user are the ones that nobody else can open: not those of groups. */
async function listFiles(db: Reads, filesOf: FilesOf): Promise<Pick<FileRow, "id" | "appId" | "owner" | "bytes">[]> {
	const files = db.selectFrom("files").select(["id", "appId", "owner", "bytes"]).limit(DELETED_AT_ONCE);
	if ("fileId" in filesOf) return files.where("id", "=", filesOf.fileId).execute();
	if ("groupIds" in filesOf) return files.where("groupId", "in", filesOf.groupIds).execute();
	const { appId, userId } = filesOf;
	return files
		.where("appId", "=", appId)
		.where("groupId", "is", null)
		.where(({ or, eb }) => or([eb("owner", "=", userId), eb("receiverId", "=", userId)]))
		.execute();
}
