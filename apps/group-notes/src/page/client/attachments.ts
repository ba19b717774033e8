import { FileError, type Group, type TransferOptions } from "@sentc-ts/sdk";
import { type Attachment, MAX_FILE_BYTES, MAX_FILE_NAME, MAX_FILE_TYPE } from "./content.js";

/** Bytes of a part: progress is told after each. */
const PART = 1024 * 1024;

/** A file that is not taken, or is another one than the note says. The message is a sentence for people. */
export class WrongFile extends Error {}

/** In units of 1000, as people count. */
export function sizeInWords(bytes: number): string {
	const [size, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
	return `${size < 10 ? Math.ceil(size * 10) / 10 : Math.ceil(size)} ${unit}`;
}

/** The files of a notebook: the API keeps them, encrypted; which one belongs to which note is encrypted with the note. */
export class Attachments {
	readonly #group: Group;
	readonly #takeNewKeys: () => Promise<void>;

	constructor(group: Group, takeNewKeys: () => Promise<void>) {
		this.#group = group;
		this.#takeNewKeys = takeNewKeys;
	}

	/**
	 * Goes on where an upload of the same file broke off, also one before the page was loaded anew.
	 *
	 * @throws WrongFile when it is too large
	 */
	async upload(file: File, transfer: TransferOptions): Promise<Attachment> {
		if (file.size > MAX_FILE_BYTES) {
			const [size, most] = [sizeInWords(file.size), sizeInWords(MAX_FILE_BYTES)];
			throw new WrongFile(`“${file.name}” has ${size}. Files may have up to ${most}.`);
		}
		await this.#takeNewKeys();
		const file_id = await this.#send(file, transfer);
		const name = nameOf(file);
		const [{ encrypted_key: sealed_key }] = await this.#group.downloadFileMetaInfo(file_id);
		return { file_id, name, size: file.size, type: file.type.slice(0, MAX_FILE_TYPE), sealed_key };
	}

	/** Of an upload that broke off nothing stays. */
	async giveUp(file: File): Promise<void> {
		const begun = await this.#begun(file);
		if (begun !== undefined) await this.#group.deleteFile(begun);
	}

	/** @returns object URL, to be revoked @throws WrongFile when the API has another file in its place */
	async download({ file_id, sealed_key, size }: Attachment, transfer: TransferOptions): Promise<string> {
		const [meta, key] = await this.#group.downloadFileMetaInfo(file_id);
		if (meta.encrypted_key !== sealed_key) {
			throw new WrongFile("The server answered another file in the place of this one.");
		}
		return this.#group.downloadFileWithMetaInfo(key, meta, { ...transfer, size });
	}

	/** Deletes what no note needs any more, as far as the API lets the user. */
	async drop(files: readonly Attachment[]): Promise<void> {
		await Promise.allSettled(files.map(({ file_id }) => this.#group.deleteFile(file_id)));
	}

	async #send(file: File, transfer: TransferOptions): Promise<string> {
		const begun = await this.#begun(file);
		try {
			if (begun !== undefined) return (await this.#group.resumeUpload(begun, file, transfer)).file_id;
		} catch (error) {
			// Of the same name and size, but another one.
			if (!(error instanceof FileError) || error.code !== "FILE_CHANGED") throw error;
			await this.giveUp(file);
		}
		const options = { ...transfer, name: nameOf(file), chunk_size: PART };
		return (await this.#group.createFile(file, options)).file_id;
	}

	/** @returns id of an upload that can go on */
	async #begun(file: File): Promise<string | undefined> {
		const unfinished = await this.#group.getUnfinishedUploads();
		return unfinished.findLast(({ file_name, size }) => file_name === nameOf(file) && size === file.size)?.file_id;
	}
}

const nameOf = (file: File): string => file.name.slice(0, MAX_FILE_NAME);
