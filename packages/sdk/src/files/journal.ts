import { isSentcError, readHead } from "@sentc-ts/core-crypto";
import { FileError } from "../file-errors.js";
import { checkId } from "../input.js";
import type { Session } from "../session/session.js";
import { storageKeys } from "../storage/keys.js";
import { joinDigests } from "./digest.js";

const VERSION = 1;

/** How long the API keeps a session open, ms (protocol/files §7.3). */
const SESSION_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** A part that was encrypted. */
export interface KnownPart {
	readonly sequence: number;
	readonly isLast: boolean;
	/** Key string that encrypts the part, and opens the next one. */
	readonly partKey: string;
	/** Base64 of its authentication tag: the same chunk has the same one. */
	readonly tag: string;
	/** Of the chunk. */
	readonly digest: string;
}

/** What is needed to go on with an upload after a crash. */
export interface UploadState {
	readonly version: typeof VERSION;
	readonly file_id: string;
	readonly session_id: string;
	readonly group_id: string | null;
	readonly reply_id: string;
	readonly name: string | null;
	readonly encrypted_file_name: string;
	readonly master_key_id: string;
	readonly content_key: string;
	/** Id of the user's key that signs. */
	readonly signer: string | null;
	/** Bytes. */
	readonly size: number | null;
	readonly chunk_size: number;
	/** When it was registered, ms. */
	readonly time: number;
	/** The first one, those that may not be at the API yet, and the one before them. */
	readonly parts: readonly KnownPart[];
	/** Digest of the chunks of all other parts, which are between the first one and those; empty for none. */
	readonly passed: string;
}

/** What is stored of an upload: whose it is, and the rest encrypted. */
interface StoredUpload extends Pick<UploadState, "group_id" | "time"> {
	readonly sealed: string;
}

/** What the storage tells of an upload that can go on. */
export interface FoundUpload extends Pick<UploadState, "file_id" | "time"> {
	/** `undefined` = the key that it is encrypted by can't be had now. */
	readonly state: UploadState | undefined;
}

/**
 * The state of one upload in the storage, encrypted by the user's own key. It is written before a part is sent: the API never has one whose
 * key is not here. A storage that fails does not end an upload, which then can't go on after a crash.
 */
export class UploadJournal {
	readonly #session: Session;
	#state: UploadState;
	readonly #stored: Set<number>;

	/** @param stored which parts are at the API */
	constructor(session: Session, state: UploadState, stored: Iterable<number> = []) {
		this.#session = session;
		this.#state = state;
		this.#stored = new Set(stored);
	}

	get state(): UploadState {
		return this.#state;
	}

	find(sequence: number): KnownPart | undefined {
		return this.#state.parts.find((part) => part.sequence === sequence);
	}

	isStored(sequence: number): boolean {
		return this.#stored.has(sequence);
	}

	/** The part is about to be sent. */
	async add(part: KnownPart): Promise<void> {
		const known = [...this.#state.parts, part];
		const waiting = known.find(({ sequence }) => !this.#stored.has(sequence))?.sequence ?? part.sequence;
		const isNeeded = ({ sequence }: KnownPart): boolean => sequence === 1 || sequence >= waiting - 1;
		let { passed } = this.#state;
		for (const { digest } of known.filter((one) => !isNeeded(one))) passed = await joinDigests(passed, digest);
		this.#state = { ...this.#state, parts: known.filter(isNeeded), passed };
		await this.save();
	}

	/** The part is at the API. */
	done(sequence: number): void {
		this.#stored.add(sequence);
	}

	async save(): Promise<void> {
		const { context, data, identifier, newestKey } = this.#session;
		const { file_id, group_id, time } = this.#state;
		const text = JSON.stringify(this.#state);
		const sealed = await context.backend.encryptString({ key: { symmetric: newestKey.group_key }, text });
		const stored: StoredUpload = { group_id, time, sealed };
		await bestEffort(context.store.writeForUser(identifier, storageKeys.upload(data.user_id, file_id), stored));
	}

	async remove(): Promise<void> {
		await bestEffort(forgetUpload(this.#session, this.#state.file_id));
	}
}

/** @throws StorageFailed */
export async function forgetUpload({ context, data }: Session, file_id: string): Promise<void> {
	await context.store.remove(storageKeys.upload(data.user_id, file_id));
}

/**
 * The upload of a file that can go on.
 *
 * @throws FileError `UPLOAD_NOT_FOUND` · StorageFailed · what fetching the key fails with that it is encrypted by
 */
export async function readUpload(
	session: Session,
	group_id: string | undefined,
	file_id: string,
): Promise<UploadState> {
	checkId("file_id", file_id);
	const stored = await readStored(session, storageKeys.upload(session.data.user_id, file_id));
	const state = stored && isOf(stored, group_id) ? await openState(session, stored) : undefined;
	if (state?.file_id !== file_id || !isOf(state, group_id)) throw new FileError("UPLOAD_NOT_FOUND");
	return state;
}

/** All uploads that can go on, the oldest first; those that the API has ended are forgotten. @throws StorageFailed */
export async function listUploads(session: Session, group_id: string | undefined): Promise<FoundUpload[]> {
	const { store } = session.context;
	const uploads: FoundUpload[] = [];
	const prefix = storageKeys.upload(session.data.user_id, "");
	for (const name of await store.names(prefix)) {
		const stored = await readStored(session, name);
		const isOpen = stored !== undefined && !isOver(stored);
		if (isOpen && !isOf(stored, group_id)) continue;
		const opened = isOpen ? await openState(session, stored).catch(orLocked) : undefined;
		if (!isOpen || !opened) await store.remove(name);
		else {
			const state = opened === "locked" ? undefined : opened;
			uploads.push({ file_id: name.slice(prefix.length), time: stored.time, state });
		}
	}
	return uploads.sort((a, b) => a.time - b.time);
}

export function newState(state: Omit<UploadState, "version" | "time" | "parts" | "passed">): UploadState {
	return { version: VERSION, ...state, time: Date.now(), parts: [], passed: "" };
}

/** Has the API ended the session by itself? */
export function isOver({ time }: Pick<UploadState, "time">): boolean {
	return time + SESSION_LIFETIME_MS < Date.now();
}

function isOf(upload: Pick<UploadState, "group_id">, group_id: string | undefined): boolean {
	return (upload.group_id ?? undefined) === group_id;
}

/** `undefined` for what was damaged. */
async function readStored({ context }: Session, name: string): Promise<StoredUpload | undefined> {
	const stored = await context.store.read(name);
	if (typeof stored !== "object" || stored === null) return undefined;
	const { group_id, time, sealed } = stored as Partial<StoredUpload>;
	const isUsable = (group_id === null || typeof group_id === "string") && Number.isFinite(time);
	return isUsable && typeof sealed === "string" ? (stored as StoredUpload) : undefined;
}

/**
 * `undefined` for what was damaged. Only the user can have written what opens.
 *
 * @throws what fetching the key fails with
 */
async function openState(session: Session, { sealed: text }: StoredUpload): Promise<UploadState | undefined> {
	const id = ifValid(() => readHead(text).id);
	if (id === undefined) return undefined;
	const { group_key: symmetric } = await session.keys.load(id);
	const opened = await session.context.backend.decryptString({ key: { symmetric }, text }).catch(ifDamaged);
	const state = opened && ifValid((): UploadState => JSON.parse(opened.text));
	return state?.version === VERSION ? state : undefined;
}

function ifValid<T>(parse: () => T): T | undefined {
	try {
		return parse();
	} catch (error) {
		if (error instanceof SyntaxError) return undefined;
		return ifDamaged(error);
	}
}

function ifDamaged(error: unknown): undefined {
	if (!isSentcError(error) || error.code === "SESSION_ENDED") throw error;
}

function orLocked(error: unknown): "locked" {
	if (!isSentcError(error) || error.code === "SESSION_ENDED") throw error;
	return "locked";
}

async function bestEffort(access: Promise<void>): Promise<void> {
	await access.catch((error: unknown) => {
		if (isSentcError(error) && error.code === "STORAGE_FAILED") return;
		throw error;
	});
}
