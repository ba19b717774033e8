import { CryptoError } from "@sentc-ts/core-crypto";
import { encryptedContentKeySchema, type FileData, type FilePartItem } from "@sentc-ts/core-crypto/wire";
import { ApiError } from "@sentc-ts/transport";
import { fileRoutes } from "@sentc-ts/transport/contract";
import { type SymKey, sessionSymKey } from "../content/sym-key.js";
import { AnswerForged } from "../errors.js";
import { checkId } from "../input.js";
import type { Session } from "../session/session.js";
import type { FileAccess, FileRequests } from "./access.js";
import type { FileMetaFetched, FileMetaInformation } from "./types.js";

/** Most parts on one page of a list; one with fewer is the last (protocol/files §6.5). */
const PAGE_SIZE = 500;
/** 1 TiB in chunks of 4 MiB: an API could list parts without end. */
const MAX_PARTS = 262_144;

/** What the API has of a file, with all its parts. @throws AnswerForged `file` */
export async function fetchFile(access: FileRequests, file_id: string, signal?: AbortSignal): Promise<FileMetaFetched> {
	checkId("file_id", file_id);
	const data = await fetchFileData(access, file_id, signal);
	if (data.file_id !== file_id) throw new AnswerForged("file", "The API answered another file than was asked for");
	const part_list = await withFollowingPages(access.session, file_id, data.part_list, signal);
	const { master_key_id, belongs_to, belongs_to_type, encrypted_key, encrypted_key_alg, encrypted_file_name } = data;
	return {
		...{ file_id, master_key_id, belongs_to_type, encrypted_key, encrypted_key_alg, part_list },
		key_id: keyIdIn(encrypted_key),
		...(belongs_to && { belongs_to }),
		...(encrypted_file_name && { encrypted_file_name }),
	};
}

async function fetchFileData(access: FileRequests, file_id: string, signal?: AbortSignal): Promise<FileData> {
	const { groupId, session } = access;
	const { client } = session.context;
	const request = { ...(await access.request()), signal };
	if (groupId === undefined) return client.call(fileRoutes.file, { ...request, params: { file_id } });
	return client.call(fileRoutes.groupFile, { ...request, params: { group_id: groupId, file_id } });
}

/** Opens the key of the file and its name. @throws CryptoError */
export async function openFile(
	access: FileAccess,
	{ key_id, ...meta }: FileMetaFetched,
): Promise<[FileMetaInformation, SymKey]> {
	const { session } = access;
	const { contentKey, fileName } = await session.context.backend.openFile({
		masterKey: await access.loadMasterKey(meta.master_key_id),
		encryptedKey: meta.encrypted_key,
		encryptedFileName: meta.encrypted_file_name,
	});
	const opened: FileMetaInformation = { ...meta, ...(fileName !== undefined && { file_name: fileName }) };
	return [opened, sessionSymKey(session, contentKey, meta.master_key_id)];
}

/** All parts of a file; none of one that has none, or is gone. */
export async function listAllParts(session: Session, file_id: string, signal?: AbortSignal): Promise<FilePartItem[]> {
	return withFollowingPages(session, file_id, await listParts(session, file_id, 0, signal), signal);
}

/** One page of the parts after one. The reference's API refuses where there are none. */
export async function listParts(
	session: Session,
	file_id: string,
	after: number,
	signal?: AbortSignal,
): Promise<FilePartItem[]> {
	const { client } = session.context;
	const params = { file_id, last_sequence: String(after) };
	const request = { jwt: await session.getJwt(), params, signal };
	return client.call(fileRoutes.listFileParts, request).catch((error: unknown) => {
		if (error instanceof ApiError && error.code === "FILE_NOT_FOUND") return [];
		throw error;
	});
}

async function withFollowingPages(
	session: Session,
	file_id: string,
	first: readonly FilePartItem[],
	signal?: AbortSignal,
): Promise<FilePartItem[]> {
	const list = [...first];
	for (let page = first; page.length >= PAGE_SIZE; list.push(...page)) {
		const last = list.at(-1)?.sequence ?? 0;
		page = await listParts(session, file_id, last, signal);
		if (page.some(({ sequence }) => sequence <= last)) throw outOfOrder();
		if (list.length + page.length > MAX_PARTS) throw new AnswerForged("file", "The API answered parts without end");
	}
	return list;
}

/**
 * A part twice is what the reference's API makes of one that was sent twice; which one is the right one can't be told.
 *
 * @throws AnswerForged `file`
 */
export function requireOrder(list: readonly Pick<FilePartItem, "sequence">[]): void {
	for (const [index, { sequence }] of list.entries()) {
		const before = list[index - 1];
		if (before && sequence !== before.sequence + 1) throw outOfOrder();
	}
}

function outOfOrder(): AnswerForged {
	return new AnswerForged("file", "The API answered the parts of a file out of order, or leaves some out");
}

function keyIdIn(encrypted_key: string): string {
	try {
		return encryptedContentKeySchema.parse(JSON.parse(encrypted_key)).key_id;
	} catch (cause) {
		throw new CryptoError("JSON_INVALID", cause);
	}
}
