import { randomBytes } from "node:crypto";
import { toBase64 } from "../../bytes.js";
import { FILE_STORAGE } from "../../database/file-schema.js";
import type { AppRow } from "../../database/repositories/apps.js";
import { AppAdminError } from "../../errors.js";

/** Limits on files: how much they count at most, in MiB, with 4 KiB more for each file and each part. */
export interface FileOptions {
	/** One file. Default 10 240. */
	readonly max_file_mib: number;
	/** All files that one user has registered. Default 10 240. */
	readonly max_user_files_mib: number;
	/** All files of the app. Default 102 400. */
	readonly max_app_files_mib: number;
}

export const DEFAULT_FILE_OPTIONS: FileOptions = {
	max_file_mib: 10_240,
	max_user_files_mib: 10_240,
	max_app_files_mib: 102_400,
};

/**
 * Where the parts of files are: nowhere, so that none can be uploaded; at this API; at the app's own backend, which this API tells
 * of those that were deleted (protocol/files §7.1).
 */
export type FileStorage = keyof typeof FILE_STORAGE;

/** Where the parts of the files of an app are. */
export interface AppFiles {
	readonly storage: FileStorage;
	/** The own backend hears there of deleted parts. */
	readonly url: string | null;
}

/** What changes of that; files that are there stay where they are. */
export interface AppFilesInput {
	readonly storage?: FileStorage;
	/** Absolute http(s) URL; `external` needs one. */
	readonly url?: string;
	/** Proves to the own backend that it is this API who calls: printable ASCII, 50 characters at most. */
	readonly token?: string;
}

/** Longest URL of an own backend. */
const MAX_URL = 2048;
const MAX_TOKEN = 50;

export function appFilesOf({ fileStorage, fileStorageUrl }: FileColumns): AppFiles {
	const [storage = "off"] = FILE_STORAGES.filter((name) => FILE_STORAGE[name] === fileStorage);
	return { storage, url: fileStorageUrl };
}

const FILE_STORAGES = Object.keys(FILE_STORAGE) as FileStorage[];

type FileColumns = Pick<AppRow, "fileStorage" | "fileStorageUrl">;

/**
 * The columns of an app after a change. Where an own backend is told, and there is no token yet, a random one is made.
 *
 * @throws AppAdminError `OPTION_INVALID`
 */
export function changeAppFiles(
	before: AppFiles & { readonly hasToken: boolean },
	{ storage = before.storage, url = before.url ?? undefined, token }: AppFilesInput,
): { columns: FileColumns; newToken: string | undefined } {
	if (!FILE_STORAGES.includes(storage)) invalid(`storage must be ${FILE_STORAGES.join(", ")}`);
	if (url !== undefined && !isWebUrl(url)) invalid("url must be an absolute http(s) URL without name and password");
	if (storage === "external" && url === undefined) invalid("the storage external needs a url");
	if (token !== undefined && !isToken(token)) invalid(`token must be printable ASCII, at most ${MAX_TOKEN} characters`);
	const made = storage === "external" && !before.hasToken ? toBase64(randomBytes(30)) : undefined;
	return {
		columns: { fileStorage: FILE_STORAGE[storage], fileStorageUrl: url ?? null },
		newToken: token ?? made,
	};
}

function isWebUrl(text: string): boolean {
	if (typeof text !== "string" || text.length > MAX_URL || !URL.canParse(text)) return false;
	const { protocol, username, password } = new URL(text);
	return /^https?:$/.test(protocol) && username === "" && password === "";
}

const isToken = (text: string): boolean =>
	typeof text === "string" && /^[\x21-\x7e]+$/.test(text) && text.length <= MAX_TOKEN;

function invalid(problem: string): never {
	throw new AppAdminError("OPTION_INVALID", `Of the file options, ${problem}.`);
}
