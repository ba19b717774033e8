import type { SymKey } from "../content/sym-key.js";
import { checkObject } from "../input.js";
import type { FileAccess } from "./access.js";
import { deleteFile } from "./change.js";
import { createFile, resumeUpload, unfinishedUploads, uploadRegistered } from "./create.js";
import { downloadParts } from "./download.js";
import { cancelledDownload } from "./downloader.js";
import { fetchFile, openFile } from "./meta.js";
import { fractionOnly } from "./progress.js";
import { prepareFile } from "./register.js";
import { toStream, toUrl, writeTo } from "./sink.js";
import { openSource } from "./source.js";
import type {
	DownloadOptions,
	FileCreateOutput,
	FileDownload,
	FileMetaInformation,
	FilePrepareCreateOutput,
	FileSink,
	PartUploadOptions,
	TransferOptions,
	UnfinishedUpload,
	UserUploadOptions,
} from "./types.js";
import { cancelledUpload } from "./uploader.js";

/** What code for the reference SDK passes in the place of options. */
export type Fraction = (fraction: number) => void;

/** The files of a user or of a group: what their methods do, which have the documentation. */
export class Files {
	readonly #access: FileAccess;

	constructor(access: FileAccess) {
		this.#access = access;
	}

	async prepare(file: unknown, reply_id = ""): Promise<FilePrepareCreateOutput> {
		return prepareFile(this.#access, openSource(file).name, reply_id);
	}

	async create(
		file: unknown,
		how: boolean | UserUploadOptions,
		reply_id: string,
		progress?: Fraction,
	): Promise<FileCreateOutput> {
		return createFile(this.#access, file, { reply_id, ...uploadOptions(how, progress) });
	}

	async upload(
		file: unknown,
		key: SymKey,
		session_id: string,
		how: boolean | PartUploadOptions,
		progress?: Fraction,
	): Promise<void> {
		checkObject("key", key);
		return uploadRegistered(this.#access.session, file, key, session_id, uploadOptions(how, progress));
	}

	resume(file_id: string, file: unknown, options: TransferOptions): Promise<FileCreateOutput> {
		return resumeUpload(this.#access, file_id, file, options);
	}

	unfinished(): Promise<UnfinishedUpload[]> {
		return unfinishedUploads(this.#access);
	}

	async meta(file_id: string, signal?: AbortSignal): Promise<[FileMetaInformation, SymKey]> {
		return openFile(this.#access, await fetchFile(this.#access, file_id, signal));
	}

	/** @returns the URL of a file whose data was fetched */
	async open(
		key: SymKey,
		meta: FileMetaInformation,
		how: string | DownloadOptions | undefined,
		progress?: Fraction,
	): Promise<string> {
		checkObject("key", key);
		checkObject("meta", meta);
		const { cancelled, ...options } = downloadOptions(how, progress);
		return toUrl(this.#parts(key, meta, options), cancelled);
	}

	async download(
		file_id: string,
		how: string | DownloadOptions | undefined,
		progress?: Fraction,
	): Promise<[string, FileMetaInformation, SymKey]> {
		const [meta, key] = await this.meta(file_id, typeof how === "object" ? how.signal : undefined);
		return [await this.open(key, meta, how, progress), meta, key];
	}

	async stream(file_id: string, options: DownloadOptions): Promise<FileDownload> {
		const [meta, key] = await this.meta(file_id, options.signal);
		return { stream: toStream(this.#parts(key, meta, options)), meta, key };
	}

	async writeTo(file_id: string, sink: FileSink, options: DownloadOptions): Promise<[FileMetaInformation, SymKey]> {
		const [meta, key] = await this.meta(file_id, options.signal);
		await writeTo(this.#parts(key, meta, options), sink);
		return [meta, key];
	}

	delete(file_id: string): Promise<void> {
		return deleteFile(this.#access, file_id);
	}

	#parts(key: SymKey, meta: FileMetaInformation, options: DownloadOptions): AsyncGenerator<Uint8Array> {
		const { session } = this.#access;
		return downloadParts({ ...options, session, parts: meta.part_list, contentKey: key.key });
	}
}

function uploadOptions<Options extends object>(
	how: boolean | Options,
	progress: Fraction | undefined,
): (Options | { sign: boolean }) & { cancelled?: () => boolean } {
	if (typeof how === "object") return how;
	return { sign: how, ...{ on_progress: fractionOnly(progress) }, cancelled: cancelledUpload() };
}

function downloadOptions(
	how: string | DownloadOptions | undefined,
	progress: Fraction | undefined,
): DownloadOptions & { cancelled?: () => boolean } {
	if (typeof how === "object") return how;
	return { verify_key: how, on_progress: fractionOnly(progress), cancelled: cancelledDownload() };
}
