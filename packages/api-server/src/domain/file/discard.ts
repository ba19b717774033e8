import type { Writes } from "../../database/database.js";
import { deleteFiles, type FilesOf } from "../../database/repositories/files.js";
import type { Services } from "../services.js";

/**
 * Deletes files, and asks for the removal of what they leave in storages: `fileJobs.nudge` lets it begin after the commit. The
 * files of a group go with it; those of a user who is deleted go unless they are a group's.
 */
export async function discardFiles({ fileJobs, now }: Services, db: Writes, filesOf: FilesOf): Promise<void> {
	for (const appId of await deleteFiles(db, filesOf, now())) {
		await fileJobs.enqueue(db, "removeParts", appId);
		await fileJobs.enqueue(db, "announceParts", appId);
	}
}
