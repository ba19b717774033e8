import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { findUsage } from "../../database/repositories/file-usage.js";
import type { FileRow } from "../../database/repositories/files.js";
import { Failure } from "../../failure.js";
import type { FileOptions } from "../app/file-options.js";
import type { Room } from "./arriving.js";

/** What a file or a part counts beyond its bytes: a row, and a block of the disk. Else empty ones would cost nothing. */
export const ENTRY_BYTES = 4096;

/** What a file counts before it has parts. */
export function fileBytes({ encryptedKey, encryptedFileName }: FileTexts): number {
	return ENTRY_BYTES + encryptedKey.length + nameBytes(encryptedFileName);
}

type FileTexts = Pick<FileRow, "encryptedKey" | "encryptedFileName">;

/** What the name of a file counts. */
export const nameBytes = (encryptedFileName: string | null): number => encryptedFileName?.length ?? 0;

const MIB = 1024 * 1024;

/** A file, and who has registered it. */
export interface Holder {
	readonly appId: string;
	readonly userId: string;
	/** Absent for a new one. */
	readonly file?: { readonly id: string; readonly bytes: number };
}

/**
 * @param more bytes that come to what there is
 * @returns what is left then
 * @throws Failure 522
 */
export async function requireRoom(
	db: Reads,
	limits: Pick<FileOptions, "max_file_mib" | "max_user_files_mib" | "max_app_files_mib">,
	{ appId, userId, file }: Holder,
	more: number,
): Promise<Room> {
	const usage = await findUsage(db, { appId, userId });
	const room = new Map([
		[file?.id ?? "", limits.max_file_mib * MIB - (file?.bytes ?? 0) - more],
		[userId, limits.max_user_files_mib * MIB - usage.user - more],
		[appId, limits.max_app_files_mib * MIB - usage.app - more],
	]);
	for (const left of room.values()) if (left < 0) throw new Failure(SERVER_ERRORS.FILE_QUOTA_EXCEEDED);
	return room;
}
