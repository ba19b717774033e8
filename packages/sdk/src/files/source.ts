import { InvalidInput, isSentcError } from "@sentc-ts/core-crypto";
import { FileError } from "../file-errors.js";
import { checkText } from "../input.js";

/** Length of a chunk, bytes (protocol/files §6.2). */
export const CHUNK_SIZE = 4 * 1024 * 1024;

/** A piece of the file; together they are the file, and one of no bytes is the empty one. */
export interface Chunk {
	readonly length: number;
	readonly isLast: boolean;
	/** Bytes in a buffer of their own, which the caller may move. Before the next chunk is asked for, once. */
	read(): Promise<Uint8Array>;
}

/** How a file is cut. */
export interface Cut {
	/** Bytes. */
	readonly chunkSize: number;
	/** A signed chunk of 4 bytes could be passed off as a key (protocol/crypto §5.4): it becomes one of 3 and one of 1. */
	readonly avoidsFourBytes: boolean;
}

/** @throws InvalidInput `chunk_size` */
export function cutOf(chunkSize: unknown, avoidsFourBytes: boolean): Cut {
	if (!isLength(chunkSize) || chunkSize === 0) throw new InvalidInput("chunk_size", "must be a number of bytes");
	return { chunkSize: avoidsFourBytes && chunkSize === 4 ? 3 : chunkSize, avoidsFourBytes };
}

/** A file to upload. */
export interface Source {
	readonly name: string | undefined;
	/** Bytes, where that is known. */
	readonly size: number | undefined;
	/** Can it be read a second time? */
	readonly repeatable: boolean;
	/** @throws FileError `FILE_UNREADABLE`, and `FILE_CHANGED` when a stream does not have the length that was said */
	chunks(cut: Cut): AsyncIterable<Chunk>;
}

/**
 * @param file what the app gave
 * @throws InvalidInput naming `file`, `name` or `size`
 */
export function openSource(file: unknown, options: { name?: unknown; size?: unknown } = {}): Source {
	const { name = nameOf(file), size } = options;
	if (name !== undefined) checkText("name", name);
	if (size !== undefined && !isLength(size)) throw new InvalidInput("size", "must be a number of bytes");
	if (isBlob(file))
		return slices(name, file.size, async (from, to) => bytesOf(await file.slice(from, to).arrayBuffer()));
	if (file instanceof ArrayBuffer) return openSource(new Uint8Array(file), options);
	if (file instanceof Uint8Array) return slices(name, file.length, async (from, to) => file.slice(from, to));
	const pieces = piecesOf(file);
	if (!pieces) throw new InvalidInput("file", "must be a Blob, bytes, or a stream of bytes");
	return { name, size, repeatable: false, chunks: (cut) => gather(checkLength(pieces, size), cut) };
}

/** How many chunks a file of so many bytes has. */
export function countChunks(size: number, { chunkSize, avoidsFourBytes }: Cut): number {
	const rest = size % chunkSize;
	return Math.max(1, Math.ceil(size / chunkSize)) + (avoidsFourBytes && rest === 4 ? 1 : 0);
}

/** @param left bytes that are not cut yet; all that matters is whether they are more than a chunk */
function lengthOfNext(left: number, { chunkSize, avoidsFourBytes }: Cut): number {
	const length = Math.min(left, chunkSize);
	return avoidsFourBytes && length === 4 ? 3 : length;
}

/** @param read answers exactly the bytes of the range, in a buffer of their own */
function slices(
	name: string | undefined,
	size: number,
	read: (from: number, to: number) => Promise<Uint8Array>,
): Source {
	async function* chunks(cut: Cut): AsyncGenerator<Chunk> {
		let at = 0;
		do {
			const from = at;
			const length = lengthOfNext(size - from, cut);
			at += length;
			const readChunk = async (): Promise<Uint8Array> => {
				const bytes = await read(from, from + length).catch(unreadable);
				if (bytes.length !== length) throw new FileError("FILE_CHANGED");
				return bytes;
			};
			yield { length, isLast: at === size, read: readChunk };
		} while (at < size);
	}
	return { name, size, repeatable: true, chunks };
}

/** Cuts pieces of any length into chunks; more than a chunk and a piece is never kept. */
async function* gather(pieces: AsyncIterable<Uint8Array>, cut: Cut): AsyncGenerator<Chunk> {
	let buffer = new Uint8Array(cut.chunkSize);
	let filled = 0;
	const take = (isLast: boolean): Chunk => {
		const length = lengthOfNext(filled, cut);
		const bytes = length === buffer.length ? buffer : buffer.slice(0, length);
		const rest = buffer.subarray(length, filled);
		buffer = new Uint8Array(isLast ? rest.length : cut.chunkSize);
		buffer.set(rest);
		filled -= length;
		return { length, isLast: isLast && filled === 0, read: async () => bytes };
	};
	for await (const piece of pieces) {
		for (let at = 0; at < piece.length; ) {
			// Only now it is known that the full one is not the last.
			if (filled === buffer.length) yield take(false);
			const some = piece.subarray(at, at + buffer.length - filled);
			buffer.set(some, filled);
			filled += some.length;
			at += some.length;
		}
	}
	do yield take(true);
	while (filled > 0);
}

/** @throws FileError `FILE_CHANGED` before more, or an end with less, is handed on */
async function* checkLength(pieces: AsyncIterable<Uint8Array>, size: number | undefined): AsyncGenerator<Uint8Array> {
	let length = 0;
	for await (const piece of pieces) {
		length += piece.length;
		if (size !== undefined && length > size) throw new FileError("FILE_CHANGED");
		yield piece;
	}
	if (size !== undefined && length !== size) throw new FileError("FILE_CHANGED");
}

function piecesOf(file: unknown): AsyncIterable<Uint8Array> | undefined {
	if (typeof file !== "object" || file === null) return undefined;
	// Not every browser can iterate over a stream.
	if ("getReader" in file) return checkPieces(readStream(file as ReadableStream<unknown>));
	return Symbol.asyncIterator in file ? checkPieces(file as AsyncIterable<unknown>) : undefined;
}

async function* readStream(stream: ReadableStream<unknown>): AsyncGenerator<unknown> {
	const reader = stream.getReader();
	let ended = false;
	try {
		for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
		ended = true;
	} finally {
		if (!ended) reader.cancel().catch(() => undefined);
	}
}

/** @throws FileError `FILE_UNREADABLE` · InvalidInput `file` */
async function* checkPieces(pieces: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
	try {
		for await (const piece of pieces) {
			if (!(piece instanceof Uint8Array)) throw new InvalidInput("file", "must be a stream of Uint8Array");
			yield piece;
		}
	} catch (error) {
		throw isSentcError(error) ? error : new FileError("FILE_UNREADABLE", error);
	}
}

function unreadable(cause: unknown): never {
	throw new FileError("FILE_UNREADABLE", cause);
}

/** Also one of another realm. */
function isBlob(file: unknown): file is Blob {
	if (typeof file !== "object" || file === null) return false;
	return "size" in file && isLength(file.size) && "slice" in file && "arrayBuffer" in file;
}

function nameOf(file: unknown): string | undefined {
	const named = isBlob(file) && "name" in file ? file.name : undefined;
	return typeof named === "string" ? named : undefined;
}

function isLength(value: unknown): value is number {
	return Number.isSafeInteger(value) && Number(value) >= 0;
}

function bytesOf(buffer: ArrayBuffer): Uint8Array {
	return new Uint8Array(buffer);
}
