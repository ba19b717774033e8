import type { SymKey } from "../content/sym-key.js";
import { Files, type Fraction } from "../files/files.js";
import type { FileFunctions } from "../files/functions.js";
import { doneFileRegister } from "../files/register.js";
import type {
	DownloadOptions,
	FileCreateOutput,
	FileDownload,
	FileMetaInformation,
	FilePrepareCreateOutput,
	FileSink,
	FileSource,
	PartUploadOptions,
	TransferOptions,
	UnfinishedUpload,
	UploadOptions,
} from "../files/types.js";
import type { SignedInUser } from "../signed-in-user.js";
import { GroupMembers } from "./group-members.js";
import type { OpenGroup } from "./open-group.js";

/** Files of a group, which every member can read (protocol/sdk-api §7.8). `user.updateFileName` renames them. */
export abstract class GroupFiles extends GroupMembers implements FileFunctions {
	readonly #files: Files;

	constructor(user: SignedInUser, group: OpenGroup) {
		super(user, group);
		this.#files = new Files({
			session: group.session,
			get groupId() {
				return group.id;
			},
			request: () => group.request(),
			masterKey: async () => ({ symmetric: group.ring.newest.group_key }),
			loadMasterKey: async (id) => ({ symmetric: (await group.ring.load(id)).group_key }),
		});
	}

	/** Body of `POST /group/:id/file`, for an own backend. @param file its name is encrypted */
	prepareRegisterFile(file: FileSource): Promise<FilePrepareCreateOutput> {
		return this.#files.prepare(file);
	}

	/**
	 * Uploads a file for the members, several parts at the same time.
	 *
	 * @param sign sign each part with the user's newest sign key; or all the options
	 * @param progress told above 0 and up to 1, after each part
	 * @throws FileError `FILE_UNREADABLE`, `FILE_CHANGED`, `UPLOAD_LOST` · InvalidInput naming the parameter
	 * @throws ApiError `server_520` when the app takes no files, `server_522` when they are too many
	 */
	createFile(file: FileSource, sign: boolean | UploadOptions = false, progress?: Fraction): Promise<FileCreateOutput> {
		return this.#files.create(file, sign, "", progress);
	}

	doneFileRegister(server_output: string): [string, string] {
		return doneFileRegister(server_output);
	}

	uploadFile(
		file: FileSource,
		key: SymKey,
		session_id: string,
		sign: boolean | PartUploadOptions = false,
		progress?: Fraction,
	): Promise<void> {
		return this.#files.upload(file, key, session_id, sign, progress);
	}

	resumeUpload(file_id: string, file: FileSource, options: TransferOptions = {}): Promise<FileCreateOutput> {
		return this.#files.resume(file_id, file, options);
	}

	getUnfinishedUploads(): Promise<UnfinishedUpload[]> {
		return this.#files.unfinished();
	}

	downloadFileMetaInfo(file_id: string, _verify_key?: string): Promise<[FileMetaInformation, SymKey]> {
		return this.#files.meta(file_id);
	}

	downloadFileWithMetaInfo(
		key: SymKey,
		meta: FileMetaInformation,
		verify_key?: string | DownloadOptions,
		progress?: Fraction,
	): Promise<string> {
		return this.#files.open(key, meta, verify_key, progress);
	}

	downloadFile(
		file_id: string,
		verify_key?: string | DownloadOptions,
		progress?: Fraction,
	): Promise<[string, FileMetaInformation, SymKey]> {
		return this.#files.download(file_id, verify_key, progress);
	}

	downloadStream(file_id: string, options: DownloadOptions = {}): Promise<FileDownload> {
		return this.#files.stream(file_id, options);
	}

	downloadTo(file_id: string, sink: FileSink, options: DownloadOptions = {}): Promise<[FileMetaInformation, SymKey]> {
		return this.#files.writeTo(file_id, sink, options);
	}

	deleteFile(file_id: string): Promise<void> {
		return this.#files.delete(file_id);
	}
}
