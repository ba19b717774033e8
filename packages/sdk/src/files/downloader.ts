import type { SymKey } from "../content/sym-key.js";
import { checkId, checkText } from "../input.js";
import { StorageFactory } from "../storage/factory.js";
import type { StorageInterface } from "../storage/types.js";
import type { FileRequests } from "./access.js";
import { downloadParts } from "./download.js";
import { fetchFile, listParts } from "./meta.js";
import { fractionOnly } from "./progress.js";
import { toUrl } from "./sink.js";
import type { FileMetaFetched, PartListItem } from "./types.js";
import { requestsOf } from "./uploader.js";

/** Downloads files by steps, as the reference SDK does it (protocol/sdk-api §8.6). `downloadFile` needs none of it. */
export class Downloader {
	/**
	 * Set to `true`, the next download that was begun without options stops after its current part and answers the empty text. `signal` in
	 * the options ends one alone.
	 */
	static cancel_download: boolean = false;
	static #storage: Promise<StorageInterface> | undefined;

	readonly #access: FileRequests;

	/**
	 * @param base_url, app_token those of the user
	 * @param group_id the group that the files belong to
	 * @param group_as_member id of the group through which the user reaches `group_id`
	 * @throws InvalidInput naming the parameter
	 */
	constructor(base_url: string, app_token: string, user: object, group_id?: string, group_as_member?: string) {
		this.#access = requestsOf(base_url, app_token, user, group_id, group_as_member);
	}

	/**
	 * The storage in which the reference SDK keeps decrypted parts (protocol/sdk-api §3.2). Downloads of this SDK leave nothing there:
	 * several may run at the same time, and a page that crashes leaves no plaintext behind.
	 */
	static getStorage(): Promise<StorageInterface> {
		Downloader.#storage ??= StorageFactory.getStorage(() => undefined);
		return Downloader.#storage;
	}

	/** Opens {@link Downloader.getStorage}. */
	static async init(): Promise<void> {
		await Downloader.getStorage();
	}

	/** Removes what the reference SDK left in {@link Downloader.getStorage}. */
	static async reset(): Promise<void> {
		await (await Downloader.getStorage()).cleanStorage();
	}

	/** What the API has of a file, with all its parts. @throws ApiError `server_512`, `server_521` · AnswerForged `file` */
	downloadFileMetaInformation(file_id: string): Promise<FileMetaFetched> {
		return fetchFile(this.#access, file_id);
	}

	/** The parts after one, at most 500. @param last the last one of the page before */
	async downloadFilePartList(file_id: string, last?: PartListItem | null): Promise<PartListItem[]> {
		checkId("file_id", file_id);
		return listParts(this.#access.session, file_id, last?.sequence ?? 0);
	}

	/**
	 * Downloads the parts in the order of the list.
	 *
	 * @param key of the file: `SymKey`, or its key string
	 * @param progress told above 0 and up to 1
	 * @param verify_key exported verify key of who signed the parts; `""` counts as none
	 * @returns object URL; the empty text when it was cancelled
	 * @throws what `downloadFile` throws
	 */
	async downloadFileParts(
		part_list: readonly PartListItem[],
		key: string | Pick<SymKey, "key">,
		progress?: (fraction: number) => void,
		verify_key?: string,
	): Promise<string> {
		const contentKey = typeof key === "string" ? key : key.key;
		checkText("key", contentKey);
		const { session } = this.#access;
		const on_progress = fractionOnly(progress);
		return toUrl(
			downloadParts({ session, parts: part_list, contentKey, on_progress, verify_key }),
			cancelledDownload(),
		);
	}
}

/** Whether {@link Downloader.cancel_download} was set since now; asking sets it back. */
export function cancelledDownload(): () => boolean {
	Downloader.cancel_download = false;
	return () => {
		const cancelled = Downloader.cancel_download;
		Downloader.cancel_download = false;
		return cancelled;
	};
}
