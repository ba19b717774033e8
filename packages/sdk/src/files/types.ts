import type { SymKey } from "../content/sym-key.js";
import type { TransferControl } from "./control.js";

/** What can be uploaded: in Node also a `stream.Readable`, which is an async iterable, or the Blob of `fs.openAsBlob`. */
export type FileSource = Blob | Uint8Array | ArrayBuffer | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** The functions of a Node `stream.Writable` that a download needs. */
export interface NodeWritable {
	write(chunk: Uint8Array, done: (error?: Error | null) => void): unknown;
	end(done: () => void): unknown;
	destroy(error?: Error): unknown;
	on(event: "error", listener: (error: Error) => void): unknown;
}

/** Where a download can go: a stream of the platform (the Origin Private File System has some), or one of Node. */
export type FileSink = WritableStream<Uint8Array> | NodeWritable;

/** How far a transfer is: of the plaintext, after each part. */
export interface FileProgress {
	/** Bytes that are done. */
	bytes: number;
	/** Bytes in all, where that is known. */
	total: number | undefined;
	/** Above 0 and up to 1, where that is known. */
	fraction: number | undefined;
	/** Bytes per second, over the last ten seconds. */
	rate: number;
}

/** What goes with an upload or a download. */
export interface TransferOptions {
	on_progress?: ((progress: FileProgress) => void) | undefined;
	/** Ends the transfer: `RequestError` `REQUEST_ABORTED`. An upload can go on later. */
	signal?: AbortSignal | undefined;
	/** Pauses the transfer and goes on with it. */
	control?: TransferControl | undefined;
}

/** How a file is uploaded. */
export interface UploadOptions extends TransferOptions {
	/** Sign each part with the user's newest sign key. Default `false`. */
	sign?: boolean | undefined;
	/** Default: that of the file. It is encrypted. */
	name?: string | undefined;
	/** Length of a stream in bytes, for the progress; one that is longer or shorter is `FILE_CHANGED`. */
	size?: number | undefined;
	/** Bytes of the file in one part. Default, and where the API keeps the parts at most, 4 MiB. */
	chunk_size?: number | undefined;
}

/** How a user uploads a file. */
export interface UserUploadOptions extends UploadOptions {
	/** User id of who can read it. Without it the user can, and the API shows the encrypted file to everybody. */
	reply_id?: string | undefined;
}

/** How parts are uploaded of a file that was registered apart. */
export interface PartUploadOptions extends Omit<UploadOptions, "name"> {
	/** Id of the file: with it a part whose answer got lost is looked up and sent again. */
	file_id?: string | undefined;
}

/** How a file is downloaded. */
export interface DownloadOptions extends TransferOptions {
	/** Exported verify key of who signed the parts; `""` counts as none. */
	verify_key?: string | undefined;
	/** Length of the file in bytes, where the app knows it: any other is refused. */
	size?: number | undefined;
}

/** A file that comes as a stream. */
export interface FileDownload {
	/** Each part is checked before it is here, and the end after the last one: a stream that fails has given what is no whole file. */
	stream: ReadableStream<Uint8Array>;
	meta: FileMetaInformation;
	key: SymKey;
}

/** An upload that was interrupted and can go on. */
export interface UnfinishedUpload {
	file_id: string;
	file_name: string | undefined;
	/** Bytes, where that is known. */
	size: number | undefined;
	/** When it began, ms. The API keeps an upload open for 24 h. */
	time: number;
	/** `true` = the key that opens what this device knows of it can't be had now: name and size are missing, and it can't go on yet. */
	locked: boolean;
}

/** A part of a file (protocol/files §5.5). */
export interface PartListItem {
	part_id: string;
	sequence: number;
	/** `true` = not the API keeps it, but the app's own storage. */
	extern_storage: boolean;
}

/** What the API says of a file. */
export interface FileMetaInformation {
	file_id: string;
	/** Id of the key that encrypts the key of the file. */
	master_key_id: string;
	/** Id of the group or user. */
	belongs_to?: string;
	/** `Group`, `User` or `None`. */
	belongs_to_type: string;
	part_list: PartListItem[];
	encrypted_file_name?: string;
	/** Decrypted. Names are never signed. */
	file_name?: string;
	encrypted_key: string;
	encrypted_key_alg: string;
}

/** {@link FileMetaInformation} before the name is decrypted. */
export interface FileMetaFetched extends Omit<FileMetaInformation, "file_name"> {
	key_id: string;
}

/** A file that was uploaded. */
export interface FileCreateOutput {
	file_id: string;
	master_key_id: string;
	/** Empty for a file without a name. */
	encrypted_file_name: string;
	/**
	 * Id of the user's key that the parts are signed with, missing when they are not: for `getUserVerifyKey`. A rotation before a resumed upload
	 * does not change it.
	 */
	verify_key_id?: string;
}

/** A file that an own backend is to register. */
export interface FilePrepareCreateOutput {
	/** The request body. */
	server_input: string;
	master_key_id: string;
	/** Empty for a file without a name. */
	encrypted_file_name: string;
	key: SymKey;
}
