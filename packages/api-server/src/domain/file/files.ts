import type { FileData, FileNameData, FilePartItem, FileRegisterData } from "@sentc-ts/core-crypto/wire";
import { type FileRegistered, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import type { Reads, Writes } from "../../database/database.js";
import { type FilePartRow, listParts } from "../../database/repositories/file-parts.js";
import { countBytes } from "../../database/repositories/file-usage.js";
import { type FileRow, insertFile, renameFile } from "../../database/repositories/files.js";
import { FAILURES, Failure } from "../../failure.js";
import type { App } from "../app/app.js";
import { type GroupAccess, renewAccess } from "../group/access.js";
import type { Identity } from "../jwt/tokens.js";
import type { Services } from "../services.js";
import { requireUser } from "../user/user.js";
import {
	type PartReader,
	requireFile,
	requireOwnFile,
	requirePartReader,
	requireReader,
	requireReaderOfParts,
} from "./access.js";
import { discardFiles } from "./discard.js";
import { sequenceIn } from "./path.js";
import { fileBytes, nameBytes, requireRoom } from "./quota.js";

/** Weakest rank that may delete files of others in a group (protocol/files §7.6). */
const RANK_DELETE = 3;

/** Registers a file of nobody, of a receiver, or of the group through which the caller came. */
export async function registerFile(
	services: Services,
	app: App,
	{ userId }: Identity,
	data: FileRegisterData,
	access?: GroupAccess,
): Promise<FileRegistered> {
	const { newId, now } = services;
	const id = newId();
	const sessionId = newId();
	await services.database.transaction(async (db) => {
		await requireUser(db, app.id, userId);
		if (access !== undefined) await renewAccess(db, access);
		const owner = { appId: app.id, userId };
		const texts = { encryptedKey: data.encrypted_key, encryptedFileName: data.encrypted_file_name ?? null };
		const bytes = fileBytes(texts);
		await requireRoom(db, app.options, owner, bytes);
		await countBytes(db, owner, bytes);
		const file = {
			...{ id, appId: app.id, owner: userId, createdAt: now(), bytes },
			...(await relationOf(db, app.id, data, access)),
			...texts,
			encryptedKeyAlg: data.encrypted_key_alg,
			masterKeyId: data.master_key_id,
		};
		await insertFile(db, file, sessionId);
	});
	return { file_id: id, session_id: sessionId };
}

/** The group is that of the URL, whatever the body says; without one, a file of a group is of nobody (protocol/files §7.2). */
async function relationOf(
	db: Reads,
	appId: string,
	{ belongs_to_type, belongs_to_id }: FileRegisterData,
	access: GroupAccess | undefined,
): Promise<Pick<FileRow, "groupId" | "receiverId">> {
	const groupId = (belongs_to_type === "Group" && access?.group.id) || null;
	const receiverId = (belongs_to_type === "User" && belongs_to_id) || null;
	if (receiverId !== null) {
		await requireUser(db, appId, receiverId).catch((error: unknown) => {
			throw error instanceof Failure ? new Failure(FAILURES.RECEIVER_NOT_FOUND) : error;
		});
	}
	return { groupId, receiverId };
}

/** What an upload has to know of a file, and the first page of its parts. */
export async function readFile(
	{ database }: Services,
	appId: string,
	fileId: string,
	userId: string | undefined,
	groupId?: string,
): Promise<FileData> {
	const file = await requireFile(database.reads, appId, fileId);
	requireReader(file, userId, groupId);
	const parts = await listParts(database.reads, file.id, undefined);
	if (parts.length === 0) throw new Failure(SERVER_ERRORS.FILE_NOT_FOUND);
	return fileView(file, parts);
}

/** The parts after one, or the first ones: none when there are no more. */
export async function readParts(
	{ database }: Services,
	reader: PartReader,
	fileId: string,
	lastSequence: string,
): Promise<FilePartItem[]> {
	const identity = requirePartReader(reader);
	const last = sequenceIn(lastSequence);
	const file = await requireFile(database.reads, reader.app.id, fileId);
	await requireReaderOfParts(database.reads, file, identity);
	return (await listParts(database.reads, file.id, last > 0 ? last : undefined)).map(partView);
}

/** @throws Failure 512, 521 · 522 for a longer name that has no room */
export async function changeFileName(
	{ database }: Services,
	{ options }: App,
	identity: Identity,
	fileId: string,
	{ encrypted_file_name = null }: FileNameData,
): Promise<void> {
	const { appId, userId } = identity;
	await database.transaction(async (db) => {
		const { bytes, encryptedFileName, id } = await requireOwnFile(db, identity, fileId);
		const more = nameBytes(encrypted_file_name) - nameBytes(encryptedFileName);
		if (more > 0) await requireRoom(db, options, { appId, userId, file: { id, bytes } }, more);
		await countBytes(db, { appId, userId }, more);
		await renameFile(db, id, encrypted_file_name, more);
	});
}

/** Deletes a file of the caller, or one of the group through which the caller came with a sufficient rank. */
export async function deleteFile(
	services: Services,
	identity: Identity,
	fileId: string,
	access?: GroupAccess,
): Promise<void> {
	await services.database.transaction(async (db) => {
		const file = await requireFile(db, identity.appId, fileId);
		if (file.owner !== identity.userId) await requireGroupRight(db, file, access);
		await discardFiles(services, db, { fileId: file.id });
	});
	services.fileJobs.nudge();
}

async function requireGroupRight(db: Writes, file: FileRow, access: GroupAccess | undefined): Promise<void> {
	const isOfGroup = access !== undefined && file.groupId === access.group.id;
	if (isOfGroup && (await renewAccess(db, access)).rank <= RANK_DELETE) return;
	throw new Failure(SERVER_ERRORS.NO_FILE_ACCESS);
}

function fileView(file: FileRow, parts: readonly FilePartRow[]): FileData {
	return {
		file_id: file.id,
		master_key_id: file.masterKeyId,
		owner: file.owner,
		belongs_to: file.groupId ?? file.receiverId,
		belongs_to_type: file.groupId !== null ? "Group" : file.receiverId !== null ? "User" : "None",
		encrypted_key: file.encryptedKey,
		encrypted_key_alg: file.encryptedKeyAlg,
		time: file.createdAt,
		encrypted_file_name: file.encryptedFileName,
		part_list: parts.map(partView),
	};
}

const partView = ({ id, sequence, external }: FilePartRow): FilePartItem => ({
	part_id: id,
	sequence,
	extern_storage: external !== 0,
});
