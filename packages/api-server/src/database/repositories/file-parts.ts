import type { Insertable, Selectable } from "kysely";
import type { Reads, Writes } from "../database.js";
import type { FilePartTable } from "../file-schema.js";
import type { FileRow } from "./files.js";

/** Parts of one page of a list (protocol/files §7.4). */
const PARTS_PER_PAGE = 500;

export type FilePartRow = Selectable<FilePartTable>;

/** @param bytes what the part counts in quotas */
export async function insertPart(db: Writes, part: Insertable<FilePartTable>, bytes: number): Promise<void> {
	await db.insertInto("fileParts").values(part).execute();
	await addBytes(db, part.fileId, bytes);
}

export async function findPart(db: Reads, fileId: string, sequence: number): Promise<FilePartRow | undefined> {
	return db
		.selectFrom("fileParts")
		.selectAll()
		.where("fileId", "=", fileId)
		.where("sequence", "=", sequence)
		.executeTakeFirst();
}

/** Parts in the order of their sequence, after the given one. */
export async function listParts(db: Reads, fileId: string, after: number | undefined): Promise<FilePartRow[]> {
	return db
		.selectFrom("fileParts")
		.selectAll()
		.where("fileId", "=", fileId)
		.$if(after !== undefined, (query) => query.where("sequence", ">", after ?? 0))
		.orderBy("sequence")
		.limit(PARTS_PER_PAGE)
		.execute();
}

/** A part, with the file that it belongs to. */
export async function findPartById(
	db: Reads,
	appId: string,
	partId: string,
): Promise<{ part: FilePartRow; file: FileRow } | undefined> {
	const part = await db.selectFrom("fileParts").selectAll().where("id", "=", partId).executeTakeFirst();
	if (part === undefined) return undefined;
	const file = await db
		.selectFrom("files")
		.selectAll()
		.where("id", "=", part.fileId)
		.where("appId", "=", appId)
		.executeTakeFirst();
	return file && { part, file };
}

/** @param bytes what the part counted in quotas */
export async function deletePart(db: Writes, { id, fileId }: FilePartRow, bytes: number): Promise<void> {
	await db.deleteFrom("fileParts").where("id", "=", id).execute();
	await addBytes(db, fileId, -bytes);
}

async function addBytes(db: Writes, fileId: string, bytes: number): Promise<void> {
	await db
		.updateTable("files")
		.set(({ eb }) => ({ bytes: eb("bytes", "+", bytes) }))
		.where("id", "=", fileId)
		.execute();
}
