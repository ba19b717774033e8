import type { SymKey } from "../content/sym-key.js";
import { registerSession } from "../files/access.js";
import { renameFile } from "../files/change.js";
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
	UserUploadOptions,
} from "../files/types.js";
import { checkObject } from "../input.js";
import type { Session } from "../session/session.js";
import type { GroupInviteListItem } from "../types.js";
import { UserContent } from "./user-content.js";

/** Files of a user: for another one, or for the user alone (protocol/sdk-api §6.7). */
export abstract class UserFiles extends UserContent implements FileFunctions {
	readonly #session: Session;
	readonly #files: Files;

	constructor(session: Session, group_invites: GroupInviteListItem[] = []) {
		super(session, group_invites);
		this.#session = session;
		const { publicKeys } = session.context;
		this.#files = new Files({
			session,
			groupId: undefined,
			request: async () => ({ jwt: await session.getJwt() }),
			masterKey: async (reply_id) => ({
				publicKey: (await publicKeys.user(reply_id || session.data.user_id, session)).public_key,
			}),
			loadMasterKey: async (id) => ({ privateKey: (await session.keys.load(id)).private_key }),
		});
		registerSession(this, session);
	}

	/**
	 * Body of `POST /file`, for an own backend.
	 *
	 * @param file its name is encrypted
	 * @param reply_id user id of who can read the file, whose public key is fetched when needed and not verified. Without it the user can, and
	 * the API shows the encrypted file to everybody; with the own id it does not
	 * @throws KeyChanged · ApiError `server_100` when there is no such user
	 */
	prepareRegisterFile(file: FileSource, reply_id = ""): Promise<FilePrepareCreateOutput> {
		return this.#files.prepare(file, reply_id);
	}

	/**
	 * Uploads a file, several parts at the same time.
	 *
	 * @param sign sign each part with the own newest sign key; or all the options
	 * @param reply_id as in {@link User.prepareRegisterFile}
	 * @param progress told above 0 and up to 1, after each part
	 * @throws FileError `FILE_UNREADABLE`, `FILE_CHANGED`, `UPLOAD_LOST` · InvalidInput naming the parameter · KeyChanged
	 * @throws ApiError `server_512` when there is no such receiver, `server_520` when the app takes no files, `server_522` when they are too many
	 */
	createFile(
		file: FileSource,
		sign: boolean | UserUploadOptions = false,
		reply_id = "",
		progress?: Fraction,
	): Promise<FileCreateOutput> {
		return this.#files.create(file, sign, reply_id, progress);
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

	/**
	 * Another name for a file, also of one in a group: who uploaded it may do that.
	 *
	 * @param key of the file
	 * @param name `undefined`: the file has none
	 * @throws ApiError `server_521` for a file of somebody else
	 */
	async updateFileName(file_id: string, key: SymKey, name?: string): Promise<void> {
		checkObject("key", key);
		return renameFile(this.#session, file_id, key, name);
	}
}
