import { SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads } from "../../database/database.js";
import { type FileRow, findFile } from "../../database/repositories/files.js";
import { reachesGroup } from "../../database/repositories/reach.js";
import { Failure } from "../../failure.js";
import type { App } from "../app/app.js";
import type { Identity } from "../jwt/tokens.js";

/** Who asks for the parts of a file, if that is known. */
export interface PartReader {
	readonly app: App;
	/** Whom a valid JWT names. */
	readonly knownIdentity: Identity | undefined;
	/** Throws what is wrong with the JWT. */
	readonly identity: Identity;
}

/** @throws Failure 512 */
export async function requireFile(db: Reads, appId: string, fileId: string): Promise<FileRow> {
	const file = await findFile(db, appId, fileId);
	if (file === undefined) throw new Failure(SERVER_ERRORS.FILE_NOT_FOUND);
	return file;
}

/** @throws Failure 512, 521 */
export async function requireOwnFile(db: Reads, { appId, userId }: Identity, fileId: string): Promise<FileRow> {
	const file = await requireFile(db, appId, fileId);
	if (file.owner !== userId) throw new Failure(SERVER_ERRORS.NO_FILE_ACCESS);
	return file;
}

/**
 * May a user read this file (protocol/files §7.4)?
 *
 * @param groupId the group through which the user came, and was let in
 * @throws Failure 521
 */
export function requireReader(file: FileRow, userId: string | undefined, groupId?: string): void {
	const isFor = file.groupId !== null ? file.groupId === groupId : isForUser(file, userId);
	if (!isFor) throw new Failure(SERVER_ERRORS.NO_FILE_ACCESS);
}

/**
 * Who asks for parts has a JWT, unless the app lets everybody ask. The reference asks for nothing but the app token, and its client
 * sends no JWT; what keeps others away then is that nobody can guess the id of a part, and that it is encrypted.
 *
 * @throws Failure what is wrong with the JWT
 */
export function requirePartReader(reader: PartReader): Identity | undefined {
	return reader.app.options.file_parts_anonymous === 1 ? reader.knownIdentity : reader.identity;
}

/** @throws Failure 521 for a user who may not read this file; without a JWT everybody may, see {@link requirePartReader} */
export async function requireReaderOfParts(db: Reads, file: FileRow, identity: Identity | undefined): Promise<void> {
	if (identity === undefined) return;
	const { userId } = identity;
	const isFor = file.groupId !== null ? await reachesGroup(db, file.groupId, userId) : isForUser(file, userId);
	if (!isFor) throw new Failure(SERVER_ERRORS.NO_FILE_ACCESS);
}

/** A file of nobody is for everybody. */
function isForUser({ owner, receiverId }: FileRow, userId: string | undefined): boolean {
	return receiverId === null || userId === receiverId || userId === owner;
}
