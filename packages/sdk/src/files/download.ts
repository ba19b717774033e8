import type { DecryptedFilePart, FilePartKey } from "@sentc-ts/core-crypto";
import type { FilePartItem } from "@sentc-ts/core-crypto/wire";
import { RequestError, readLimited } from "@sentc-ts/transport";
import { fileRoutes, MAX_FILE_PART_BYTES } from "@sentc-ts/transport/contract";
import { AnswerForged } from "../errors.js";
import { FileError } from "../file-errors.js";
import { checkText } from "../input.js";
import type { Session } from "../session/session.js";
import { mayGoOn } from "./control.js";
import { requireOrder } from "./meta.js";
import { ProgressMeter } from "./progress.js";
import { ATTEMPTS, anySignal, isPassing, PARALLEL_PARTS, partTimeout, pauseAfter } from "./transfer.js";
import type { DownloadOptions } from "./types.js";

/** Most bytes of a part on the app's own storage: whoever uploads there may cut files into larger chunks. */
const MAX_EXTERN_PART_BYTES = 64 * 1024 * 1024;

/** What is downloaded, and how. */
export interface Download extends DownloadOptions {
	readonly session: Session;
	readonly parts: readonly FilePartItem[];
	/** Key string; the first part opens with it. */
	readonly contentKey: string;
}

/**
 * The plaintext of a file, part by part: the next ones are fetched while one is decrypted, and only as many as somebody asks for. Each is
 * checked before it is given, the end of the file after the last one.
 *
 * @throws CryptoError for parts that were changed, moved, repeated, left out, or are of another file; and for signatures
 * @throws FileError `FILE_INCOMPLETE` · AnswerForged `file` · RequestError `REQUEST_ABORTED` · what fetching throws
 */
export async function* downloadParts(download: Download): AsyncGenerator<Uint8Array, void, undefined> {
	const { contentKey, control, on_progress, parts, size, session } = download;
	const verifying = verification(download);
	if (parts.length === 0) throw new FileError("FILE_INCOMPLETE");
	requireOrder(parts);
	const ended = new AbortController();
	const signal = anySignal(download.signal, ended.signal);
	const end = new EndOfFile(parts.length, size);
	const meter = new ProgressMeter(on_progress, { total: size, parts: parts.length });
	const fetched = ahead(parts, (part) => fetchPart(session, part, signal));
	let key: FilePartKey = { contentKey };
	try {
		for (const next of fetched) {
			await mayGoOn(control, signal);
			const input = { key, data: await next(), moveData: true, ...verifying };
			const opened = await session.context.backend.decryptFilePart(input);
			end.check(opened);
			key = { partKey: opened.partKey };
			const { length } = opened.data;
			yield opened.data;
			meter.add(length);
		}
	} finally {
		ended.abort();
	}
}

/** Each item is loaded when it is asked for, and with it those that follow. */
function* ahead<Item, T>(items: readonly Item[], load: (item: Item) => Promise<T>): Generator<() => Promise<T>> {
	const loading: Promise<T>[] = [];
	for (const index of items.keys()) {
		for (const item of items.slice(index + loading.length, index + PARALLEL_PARTS)) {
			const loaded = load(item);
			// Who does not come to ask for it does not want to know.
			loaded.catch(() => undefined);
			loading.push(loaded);
		}
		const [first] = loading;
		loading.shift();
		if (first) yield () => first;
	}
}

async function fetchPart(session: Session, item: FilePartItem, signal: AbortSignal): Promise<Uint8Array> {
	for (let attempt = 1; ; attempt++) {
		try {
			return await fetchOnce(session, item, signal);
		} catch (error) {
			if (attempt === ATTEMPTS || signal.aborted || !isPassing(error)) throw error;
			await pauseAfter(error, attempt, signal);
		}
	}
}

async function fetchOnce(session: Session, item: FilePartItem, signal: AbortSignal): Promise<Uint8Array> {
	const stream = await openPart(session, item, signal);
	const most = storageOf(session, item) === undefined ? MAX_FILE_PART_BYTES : MAX_EXTERN_PART_BYTES;
	return readLimited({ body: stream }, most, () => new AnswerForged("file", "The part is longer than any can be"));
}

/** The reference's API looks at no JWT here; the app's own storage gets none (protocol/files §8.3). */
async function openPart(
	session: Session,
	item: FilePartItem,
	signal: AbortSignal | undefined,
): Promise<ReadableStream<Uint8Array>> {
	const prefixUrl = storageOf(session, item);
	const from = prefixUrl === undefined ? { jwt: await session.getJwt() } : { prefixUrl };
	const timeout = partTimeout(session.context);
	const request = { params: { part_id: item.part_id }, timeout, signal, ...from };
	return (await session.context.client.call(fileRoutes.downloadFilePart, request)).stream;
}

/** URL of the app's own storage, if that has the part. */
function storageOf({ context }: Session, { extern_storage }: FilePartItem): string | undefined {
	return extern_storage ? context.filePartUrl : undefined;
}

/**
 * Is a part stored that the API lists? An own storage may tell the API of a part before it has all of it (protocol/files §8.2), and be
 * asked before it has noticed that the rest does not come.
 *
 * @throws what asking the own storage fails with, unless it refuses
 */
export async function isKept(session: Session, item: FilePartItem, signal?: AbortSignal): Promise<boolean> {
	if (storageOf(session, item) === undefined) return true;
	try {
		await (await openPart(session, item, signal)).cancel();
		return true;
	} catch (error) {
		if (error instanceof RequestError || isPassing(error)) throw error;
		return false;
	}
}

function verification({ verify_key, session }: Download): { verifyKey?: string; requireSignature?: boolean } {
	if (verify_key === undefined || verify_key === "") return {};
	checkText("verify_key", verify_key);
	return { verifyKey: verify_key, requireSignature: session.context.requireSignatures };
}

/**
 * Is it the whole file? Parts of this SDK say which one is the last; those of the reference client don't, and what is missing at their end can
 * only be seen by who knows the length.
 */
class EndOfFile {
	readonly #parts: number;
	readonly #size: number | undefined;
	#count = 0;
	#length = 0;
	#marked = false;

	constructor(parts: number, size: number | undefined) {
		this.#parts = parts;
		this.#size = size;
	}

	check({ data, position }: DecryptedFilePart): void {
		this.#count += 1;
		this.#length += data.length;
		this.#marked ||= position !== "unmarked";
		const isLast = this.#count === this.#parts;
		const size = this.#size;
		if ((position === "last" && !isLast) || (size !== undefined && this.#length > size)) {
			throw new AnswerForged("file", "The API answered more parts than the file has");
		}
		if (!isLast) return;
		if ((this.#marked && position !== "last") || (size !== undefined && this.#length < size)) {
			throw new FileError("FILE_INCOMPLETE");
		}
	}
}
