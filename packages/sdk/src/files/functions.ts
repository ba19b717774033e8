import type { SymKey } from "../content/sym-key.js";
import type { Fraction } from "./files.js";
import type {
	DownloadOptions,
	FileCreateOutput,
	FileDownload,
	FileMetaInformation,
	FileSink,
	FileSource,
	PartUploadOptions,
	TransferOptions,
	UnfinishedUpload,
} from "./types.js";

/**
 * What users and groups do with files, documented once for both (protocol/files). A file is cut into parts of 4 MiB, each encrypted by a key
 * of its own; no more than a few of them are in memory.
 *
 * @example
 * ```ts
 * import type { Group } from "@sentc-ts/sdk";
 *
 * export async function share(group: Group, file: File, show: (text: string) => void): Promise<string> {
 * 	const { file_id } = await group.createFile(file, {
 * 		sign: true,
 * 		on_progress: ({ bytes, total = 0, rate }) => show(`${bytes} of ${total} bytes, ${Math.round(rate / 1024)} kB/s`),
 * 	});
 * 	return file_id;
 * }
 *
 * export async function save(group: Group, file_id: string, handle: FileSystemFileHandle): Promise<string> {
 * 	const [meta] = await group.downloadTo(file_id, await handle.createWritable());
 * 	return meta.file_name ?? "";
 * }
 * ```
 */
export interface FileFunctions {
	/**
	 * Reads the answer of the API to what `prepareRegisterFile` made.
	 *
	 * @param server_output as text
	 * @returns id of the file, and of the session in which its parts are uploaded
	 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
	 */
	doneFileRegister(server_output: string): [string, string];

	/**
	 * Uploads the parts of a file that was registered apart.
	 *
	 * @param key of `prepareRegisterFile`
	 * @param session_id of `doneFileRegister`
	 * @param sign sign each part with the user's newest sign key; or all the options
	 * @param progress told above 0 and up to 1, after each part
	 * @throws FileError `FILE_UNREADABLE`, `FILE_CHANGED`, `UPLOAD_LOST` · InvalidInput naming the parameter
	 * @throws ApiError `server_510`, `server_511` when the session has ended, `server_520` when the app takes no files
	 */
	uploadFile(
		file: FileSource,
		key: SymKey,
		session_id: string,
		sign?: boolean | PartUploadOptions,
		progress?: Fraction,
	): Promise<void>;

	/**
	 * Goes on with an upload that broke off, also one of a page or process that is gone: only what is missing is sent. Where the API has ended
	 * it (24 h) or has other parts than this device sent, the file is uploaded anew, with another id.
	 *
	 * @param file the same once more: compared are the first part, those that were sent last, and those that are sent
	 * @throws FileError `UPLOAD_NOT_FOUND` · `UPLOAD_RUNNING` when this page or another tab uploads it · `FILE_CHANGED` when it is another file: nothing was sent · `UPLOAD_LOST` for a stream that
	 * would have to be read again · and what `createFile` throws
	 */
	resumeUpload(file_id: string, file: FileSource, options?: TransferOptions): Promise<FileCreateOutput>;

	/** The uploads that this device can go on with, the oldest first. They are forgotten when the user logs out. */
	getUnfinishedUploads(): Promise<UnfinishedUpload[]>;

	/**
	 * What the API has of a file, with its name and its key.
	 *
	 * @param verify_key is not looked at: names are never signed
	 * @throws ApiError `server_512` when there is no such file, `server_521` when the user may not read it
	 * @throws AnswerForged `file` · CryptoError when key or name don't open
	 */
	downloadFileMetaInfo(file_id: string, verify_key?: string): Promise<[FileMetaInformation, SymKey]>;

	/** The second half of `downloadFile`, whose parameters and errors it has. @returns object URL */
	downloadFileWithMetaInfo(
		key: SymKey,
		meta: FileMetaInformation,
		verify_key?: string | DownloadOptions,
		progress?: Fraction,
	): Promise<string>;

	/**
	 * Downloads and decrypts a file.
	 *
	 * @param verify_key exported verify key of who signed the parts, `""` counts as none; or all the options
	 * @param progress told above 0 and up to 1, after each part
	 * @returns object URL for the app to revoke, of the type `application/octet-stream`; what the API has of the file; its key
	 * @throws FileError `FILE_INCOMPLETE` when the end is missing
	 * @throws CryptoError for parts that were changed, moved, repeated, left out, or are of another file, and for wrong signatures;
	 * `SIGNATURE_REQUIRED` for parts without one, with the option `require_signatures`
	 * @throws AnswerForged `file` · what `downloadFileMetaInfo` throws
	 */
	downloadFile(
		file_id: string,
		verify_key?: string | DownloadOptions,
		progress?: Fraction,
	): Promise<[string, FileMetaInformation, SymKey]>;

	/** A file as a stream, which fails with the errors of `downloadFile`. Parts are loaded as they are read, and no more when it is cancelled. */
	downloadStream(file_id: string, options?: DownloadOptions): Promise<FileDownload>;

	/**
	 * Writes a file to a stream, and closes it; after an error the stream is aborted or destroyed instead.
	 *
	 * @throws FileError `FILE_UNWRITABLE` · what `downloadFile` throws
	 */
	downloadTo(file_id: string, sink: FileSink, options?: DownloadOptions): Promise<[FileMetaInformation, SymKey]>;

	/**
	 * Deletes a file, also one whose upload is not finished.
	 *
	 * @throws ApiError `server_521` for a file of somebody else, which in its group may be deleted up to rank 3
	 */
	deleteFile(file_id: string): Promise<void>;
}
