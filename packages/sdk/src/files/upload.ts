import { CryptoError, type EncryptedFilePart, type FilePartKey } from "@sentc-ts/core-crypto";
import { FileError } from "../file-errors.js";
import { mayGoOn } from "./control.js";
import { digestOf, joinDigests } from "./digest.js";
import { InFlight } from "./in-flight.js";
import type { KnownPart, UploadJournal } from "./journal.js";
import { listAllParts } from "./meta.js";
import { PartSender, type UploadTarget } from "./part-sender.js";
import { ProgressMeter } from "./progress.js";
import { type Chunk, type Cut, countChunks, type Source } from "./source.js";
import { anySignal, PARALLEL_PARTS } from "./transfer.js";
import type { TransferOptions } from "./types.js";

/** What is uploaded, and how. */
export interface Upload extends UploadTarget, TransferOptions {
	readonly source: Source;
	readonly cut: Cut;
	/** Key string; the first part is encrypted by it. */
	readonly contentKey: string;
	/** Key string of the key that signs. */
	readonly signKey: string | undefined;
	/** Makes the upload one that can go on after a crash. */
	readonly journal?: UploadJournal | undefined;
	/** Asked before each part: `true` ends the upload without an error. */
	readonly cancelled?: (() => boolean) | undefined;
}

/**
 * Uploads a file, or what is missing of it (protocol/files §6.2). Reading and encrypting go on while parts are under way, some at the same
 * time; the last one goes alone, as it ends the session.
 *
 * @returns `false` when it was cancelled
 * @throws FileError `FILE_UNREADABLE`, `FILE_CHANGED`, `UPLOAD_LOST` · RequestError `REQUEST_ABORTED` · what sending throws
 */
export async function uploadParts(upload: Upload): Promise<boolean> {
	const sending = new InFlight(PARALLEL_PARTS);
	const signal = anySignal(upload.signal, sending.signal);
	const run = new UploadRun(upload, sending, signal);
	try {
		for await (const chunk of upload.source.chunks(upload.cut)) {
			await mayGoOn(upload.control, signal);
			if (upload.cancelled?.()) {
				await sending.idle();
				return false;
			}
			await run.take(chunk);
		}
		await sending.idle();
		await run.finish();
		return true;
	} catch (error) {
		return sending.end(error);
	}
}

/** One pass over the chunks of a file. */
class UploadRun {
	readonly #upload: Upload;
	readonly #sending: InFlight;
	readonly #sender: PartSender;
	readonly #meter: ProgressMeter;
	readonly #resumed: boolean;
	#sequence = 0;
	/** Opens the next part; unknown while parts are passed over. */
	#previous: FilePartKey | undefined;
	/** Digest of the chunks that were passed over, and what it has to be. */
	#passed = "";
	readonly #expected: string;

	constructor(upload: Upload, sending: InFlight, signal: AbortSignal) {
		const { contentKey, cut, journal, on_progress, source } = upload;
		this.#upload = upload;
		this.#sending = sending;
		this.#sender = new PartSender(upload, signal);
		const parts = source.size === undefined ? undefined : countChunks(source.size, cut);
		this.#meter = new ProgressMeter(on_progress, { total: source.size, parts });
		this.#resumed = (journal?.state.parts.length ?? 0) > 0;
		this.#previous = { contentKey };
		this.#expected = journal?.state.passed ?? "";
	}

	/** Encrypts a chunk and sends it, unless the API has it. */
	async take(chunk: Chunk): Promise<void> {
		const { journal } = this.#upload;
		this.#sequence += 1;
		const sequence = this.#sequence;
		const known = journal?.find(sequence);
		if (known && known.isLast !== chunk.isLast) throw new FileError("FILE_CHANGED");
		const isStored = journal?.isStored(sequence) === true;
		if (isStored && !known) return this.#passOver(chunk);
		if (sequence > 1 && this.#passed !== this.#expected) throw new FileError("FILE_CHANGED");
		if (isStored && known) return this.#compare(chunk, known);
		await this.#sending.room();
		const { isLast, length } = chunk;
		const data = await chunk.read();
		const hashing = journal && !known ? digestOf(data) : "";
		const [digest, { part, partKey, tag }] = await Promise.all([hashing, this.#encrypt(data, isLast, known)]);
		this.#previous = { partKey };
		if (!known) await journal?.add({ sequence, isLast, partKey, tag, digest });
		if (isLast) await this.#sending.idle();
		this.#sending.start(async () => {
			await this.#sender.send({ sequence, isLast, part, isAgain: known !== undefined });
			journal?.done(sequence);
			this.#meter.add(length);
		});
	}

	/** @throws FileError `UPLOAD_LOST` when the API has other parts than were sent · `FILE_CHANGED` */
	async finish(): Promise<void> {
		const { fileId, journal, session, signal } = this.#upload;
		if (this.#sequence < (journal?.state.parts.at(-1)?.sequence ?? 0)) throw new FileError("FILE_CHANGED");
		if (fileId === undefined || !(this.#sender.doubtful || this.#resumed)) return;
		const list = await listAllParts(session, fileId, signal);
		const complete = list.length === this.#sequence && list.every((part, index) => part.sequence === index + 1);
		if (!complete) throw new FileError("UPLOAD_LOST");
	}

	/** The API has the part, and its key is no longer known. */
	async #passOver(chunk: Chunk): Promise<void> {
		this.#passed = await joinDigests(this.#passed, await digestOf(await chunk.read()));
		this.#previous = undefined;
		this.#meter.skip(chunk.length);
	}

	/** The API has the part: it is encrypted again to see whether it is the same chunk. What its key is encrypted by is no matter. */
	async #compare(chunk: Chunk, known: KnownPart): Promise<void> {
		await this.#encrypt(await chunk.read(), chunk.isLast, known, { contentKey: this.#upload.contentKey });
		this.#previous = { partKey: known.partKey };
		this.#meter.skip(chunk.length);
	}

	/** @param known how it was encrypted before @throws FileError `FILE_CHANGED` when it is not the same chunk */
	async #encrypt(
		data: Uint8Array,
		isLast: boolean,
		known: KnownPart | undefined,
		key: FilePartKey | undefined = this.#previous,
	): Promise<EncryptedFilePart> {
		const { cut, session, signKey } = this.#upload;
		if (!key) throw new FileError("UPLOAD_LOST");
		const encrypting = session.context.backend.encryptFilePart({
			...{ key, data, isLast },
			moveData: true,
			...(signKey !== undefined && { signKey, refuseKeyLength: cut.avoidsFourBytes }),
			...(known && { again: { partKey: known.partKey, tag: known.tag } }),
		});
		return encrypting.catch((error: unknown) => {
			throw error instanceof CryptoError && error.code === "FILE_PART_CHANGED"
				? new FileError("FILE_CHANGED", error)
				: error;
		});
	}
}
