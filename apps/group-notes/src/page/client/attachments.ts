import { type FileCreateOutput, FileError, type Group, type SentcClient, type TransferOptions } from "@sentc-ts/sdk";
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

/** What files need of who is signed in, and of the notebook. */
interface FileKeys {
	ownId: string;
	/** Knows the keys of others, and when one is another than before. */
	sentc: Pick<SentcClient, "getUserVerifyKey">;
	takeNewKeys: () => Promise<void>;
}

/**
 * The files of a notebook: the API keeps them, encrypted and signed; which one belongs to which note, and who signed it, is encrypted with the
 * note.
 */
export class Attachments {
	readonly #group: Group;
	readonly #keys: FileKeys;

	constructor(group: Group, keys: FileKeys) {
		this.#group = group;
		this.#keys = keys;
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
		await this.#keys.takeNewKeys();
		const { file_id, verify_key_id = "" } = await this.#send(file, transfer);
		const [{ encrypted_key: sealed_key }] = await this.#group.downloadFileMetaInfo(file_id);
		const [name, type] = [nameOf(file), file.type.slice(0, MAX_FILE_TYPE)];
		return { file_id, name, size: file.size, type, sealed_key, signer_id: this.#keys.ownId, verify_key_id };
	}

	/** Of an upload that broke off nothing stays. */
	async giveUp(file: File): Promise<void> {
		const begun = await this.#begun(file);
		if (begun !== undefined) await this.#group.deleteFile(begun);
	}

	/**
	 * Nothing of it is given before every part has the signature of who attached it.
	 *
	 * @returns object URL, to be revoked
	 * @throws WrongFile when the API has another file in its place
	 * @throws CryptoError for parts that are not signed by that person, or were changed
	 */
	async download(
		{ file_id, sealed_key, signer_id, size, verify_key_id }: Attachment,
		transfer: TransferOptions,
	): Promise<string> {
		const verify_key = await this.#keys.sentc.getUserVerifyKey(signer_id, verify_key_id);
		const [meta, key] = await this.#group.downloadFileMetaInfo(file_id);
		if (meta.encrypted_key !== sealed_key) {
			throw new WrongFile("The server answered another file in the place of this one.");
		}
		return this.#group.downloadFileWithMetaInfo(key, meta, { ...transfer, size, verify_key });
	}

	/** Deletes what no note needs any more, as far as the API lets the user. */
	async drop(files: readonly Attachment[]): Promise<void> {
		await Promise.allSettled(files.map(({ file_id }) => this.#group.deleteFile(file_id)));
	}

	async #send(file: File, transfer: TransferOptions): Promise<FileCreateOutput> {
		const begun = await this.#begun(file);
		try {
			if (begun !== undefined) return await this.#group.resumeUpload(begun, file, transfer);
		} catch (error) {
			// Of the same name and size, but another one.
			if (!(error instanceof FileError) || error.code !== "FILE_CHANGED") throw error;
			await this.giveUp(file);
		}
		return this.#group.createFile(file, { ...transfer, name: nameOf(file), chunk_size: PART, sign: true });
	}

	/** @returns id of an upload that can go on */
	async #begun(file: File): Promise<string | undefined> {
		const unfinished = await this.#group.getUnfinishedUploads();
		return unfinished.findLast(({ file_name, size }) => file_name === nameOf(file) && size === file.size)?.file_id;
	}
}

const nameOf = (file: File): string => file.name.slice(0, MAX_FILE_NAME);
