import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { findUsage } from "../../database/repositories/file-usage.js";
import { Failure } from "../../failure.js";
import type { FileOptions } from "../app/file-options.js";

/** What a file or a part counts beyond its bytes: a row, and a block of the disk. Else empty ones would cost nothing. */
export const ENTRY_BYTES = 4096;

const MIB = 1024 * 1024;

/**
 * @param file what the file counts already
 * @param more what comes to it
 * @throws Failure 522
 */
export async function requireRoom(
	db: Reads,
	limits: Pick<FileOptions, "max_file_mib" | "max_user_files_mib" | "max_app_files_mib">,
	owner: { readonly appId: string; readonly userId: string },
	{ file, more }: { readonly file: number; readonly more: number },
): Promise<void> {
	const usage = await findUsage(db, owner);
	const fits =
		file + more <= limits.max_file_mib * MIB &&
		usage.user + more <= limits.max_user_files_mib * MIB &&
		usage.app + more <= limits.max_app_files_mib * MIB;
	if (!fits) throw new Failure(SERVER_ERRORS.FILE_QUOTA_EXCEEDED);
}
