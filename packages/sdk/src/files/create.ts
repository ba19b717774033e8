import type { SymKey } from "../content/sym-key.js";
import { FileError } from "../file-errors.js";
import { checkId } from "../input.js";
import type { Session } from "../session/session.js";
import type { FileAccess } from "./access.js";
import { deleteFile } from "./change.js";
import { isKept } from "./download.js";
import { isOver, listUploads, newState, readUpload, UploadJournal, type UploadState } from "./journal.js";
import { listAllParts } from "./meta.js";
import { prepareFile, registerFile } from "./register.js";
import { CHUNK_SIZE, type Cut, cutOf, openSource, type Source } from "./source.js";
import type {
	FileCreateOutput,
	PartUploadOptions,
	TransferOptions,
	UnfinishedUpload,
	UserUploadOptions,
} from "./types.js";
import { uploadParts } from "./upload.js";
import { whileAlone } from "./upload-lock.js";

/** What an upload may have besides: the reference's way to cancel one. */
interface Cancellable {
	readonly cancelled?: (() => boolean) | undefined;
}

/** How often a file is begun: once more when the API mixed up its parts. */
const MOST_FILES = 2;

/** Registers a file and uploads it. */
export async function createFile(
	access: FileAccess,
	file: unknown,
	options: UserUploadOptions & Cancellable,
): Promise<FileCreateOutput> {
	return createFrom(access, openSource(file, options), options);
}

async function createFrom(
	access: FileAccess,
	source: Source,
	options: UserUploadOptions & Cancellable,
): Promise<FileCreateOutput> {
	for (let files = 1; ; files++) {
		const { chunk_size = CHUNK_SIZE, sign = false, reply_id = "", signal } = options;
		const { session, groupId } = access;
		const { server_input, key, ...created } = await prepareFile(access, source.name, reply_id);
		const [file_id, session_id] = await registerFile(access, server_input, signal);
		const state = newState({
			...{ ...created, file_id, session_id, reply_id, content_key: key.key, chunk_size },
			group_id: groupId ?? null,
			name: source.name ?? null,
			signer: sign ? session.newestKey.group_key_id : null,
			size: source.size ?? null,
		});
		try {
			await whileAlone(session, file_id, () => run(session, new UploadJournal(session, state), source, options));
			return createdBy(state);
		} catch (error) {
			if (!isLost(error) || !source.repeatable || files === MOST_FILES) throw error;
			await dropFile(access, file_id);
		}
	}
}

/**
 * Goes on with an upload, or begins it anew when the API has ended its session or has other parts than this device.
 *
 * @param file the same once more
 */
export async function resumeUpload(
	access: FileAccess,
	file_id: string,
	file: unknown,
	options: TransferOptions,
): Promise<FileCreateOutput> {
	const { session, groupId } = access;
	const state = await readUpload(session, groupId, file_id);
	const source: Source = { ...openSource(file), name: state.name ?? undefined };
	if (state.size !== null && source.size !== undefined && source.size !== state.size) {
		throw new FileError("FILE_CHANGED");
	}
	try {
		await whileAlone(session, file_id, async () => {
			const journal = new UploadJournal(session, state, await storedParts(session, state, options.signal));
			await run(session, journal, source, options);
		});
		return createdBy(state);
	} catch (error) {
		if (!isLost(error)) throw error;
		await dropFile(access, file_id);
		if (!source.repeatable) throw error;
		const { chunk_size, reply_id, signer } = state;
		return createFrom(access, source, { ...options, chunk_size, reply_id, sign: signer !== null });
	}
}

function createdBy({ encrypted_file_name, file_id, master_key_id, signer }: UploadState): FileCreateOutput {
	return { file_id, encrypted_file_name, master_key_id, ...(signer !== null && { verify_key_id: signer }) };
}

/** @throws FileError `UPLOAD_LOST` when what is at the API is not what this device sent */
async function storedParts(session: Session, state: UploadState, signal?: AbortSignal): Promise<number[]> {
	if (isOver(state)) throw new FileError("UPLOAD_LOST");
	const known = new Set(state.parts.map(({ sequence }) => sequence));
	const stored: number[] = [];
	for (const item of await listAllParts(session, state.file_id, signal)) {
		if (!known.has(item.sequence) || (await isKept(session, item, signal))) stored.push(item.sequence);
	}
	const sent = state.parts.at(-1)?.sequence ?? 0;
	const isThere = new Set(stored);
	const isSent = stored.every((sequence) => sequence >= 1 && sequence <= sent);
	const missing = Array.from({ length: sent }, (_, index) => index + 1).filter((sequence) => !isThere.has(sequence));
	if (isThere.size === stored.length && isSent && missing.every((sequence) => known.has(sequence))) return stored;
	throw new FileError("UPLOAD_LOST");
}

async function run(
	session: Session,
	journal: UploadJournal,
	source: Source,
	options: UserUploadOptions & Cancellable,
): Promise<void> {
	const { chunk_size, content_key, file_id, session_id, signer } = journal.state;
	const signKey = signer === null ? undefined : (await session.keys.load(signer)).sign_key;
	const { cancelled, control, on_progress, signal } = options;
	const done = await uploadParts({
		...{ session, journal, source, signKey, cancelled, control, on_progress, signal },
		...{ fileId: file_id, sessionId: session_id, contentKey: content_key },
		cut: cutFor(session, signKey, chunk_size),
	});
	if (done) await journal.remove();
}

/** The uploads that this device can go on with. */
export async function unfinishedUploads({ session, groupId }: FileAccess): Promise<UnfinishedUpload[]> {
	const uploads = await listUploads(session, groupId);
	return uploads.map(({ file_id, state, time }) => ({
		...{ file_id, time, locked: state === undefined },
		file_name: state?.name ?? undefined,
		size: state?.size ?? undefined,
	}));
}

/** Uploads the parts of a file that an own backend registered. */
export async function uploadRegistered(
	session: Session,
	file: unknown,
	key: Pick<SymKey, "key">,
	session_id: string,
	options: PartUploadOptions & Cancellable,
): Promise<void> {
	checkId("session_id", session_id);
	const { chunk_size = CHUNK_SIZE, file_id, sign = false, size, cancelled, control, on_progress, signal } = options;
	if (file_id !== undefined) checkId("file_id", file_id);
	const signKey = sign ? session.newestKey.sign_key : undefined;
	await uploadParts({
		...{ session, signKey, cancelled, control, on_progress, signal },
		...{ fileId: file_id, sessionId: session_id, contentKey: key.key },
		source: openSource(file, { size }),
		cut: cutFor(session, signKey, chunk_size),
	});
}

function cutFor({ context }: Session, signKey: string | undefined, chunkSize: number): Cut {
	return cutOf(chunkSize, signKey !== undefined && !context.signShortContent);
}

/** As far as the API lets it: it may have deleted the file by itself. */
async function dropFile(access: FileAccess, file_id: string): Promise<void> {
	await deleteFile(access, file_id).catch(() => undefined);
}

function isLost(error: unknown): boolean {
	return error instanceof FileError && error.code === "UPLOAD_LOST";
}
