import { SentcError } from "@sentc-ts/core-crypto";

/**
 * `FILE_UNREADABLE`: what was to be uploaded can't be read.
 * `FILE_UNWRITABLE`: what was downloaded can't be written where the app wants it.
 * `FILE_CHANGED`: what was given to go on with an upload, or its length, is not what the upload began with; nothing was sent.
 * `FILE_INCOMPLETE`: the file has no end: its upload was not finished, or the API leaves parts out.
 * `UPLOAD_NOT_FOUND`: this device knows of no such upload that could go on.
 * `UPLOAD_RUNNING`: this page or another tab is uploading the file right now.
 * `UPLOAD_LOST`: the API ended the session of the upload or mixed up its parts, and the file can't be read a second time to begin anew.
 */
export type FileErrorCode =
	| "FILE_UNREADABLE"
	| "FILE_UNWRITABLE"
	| "FILE_CHANGED"
	| "FILE_INCOMPLETE"
	| "UPLOAD_NOT_FOUND"
	| "UPLOAD_RUNNING"
	| "UPLOAD_LOST";

const MESSAGES: Readonly<Record<FileErrorCode, string>> = {
	FILE_UNREADABLE: "The file can't be read",
	FILE_UNWRITABLE: "The file can't be written",
	FILE_CHANGED: "The file is not the one that the upload began with",
	FILE_INCOMPLETE: "The end of the file is missing",
	UPLOAD_NOT_FOUND: "There is no such upload to go on with",
	UPLOAD_RUNNING: "The upload is under way",
	UPLOAD_LOST: "The API does not go on with the upload",
};

/** A file could not be uploaded or downloaded, and neither network nor API refused. */
export class FileError extends SentcError {
	declare readonly code: FileErrorCode;

	constructor(code: FileErrorCode, cause?: unknown) {
		super({ status: `client_${code.toLowerCase()}`, code, errorMessage: MESSAGES[code], cause });
		this.name = "FileError";
	}
}
