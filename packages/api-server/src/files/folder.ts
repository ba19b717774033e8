import { type FileHandle, mkdir, open, rename, rm, writeFile as writeChunks } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { idOf, type PartStorage } from "./storage.js";

/**
 * Keeps parts in a folder of this machine, which only its owner may read. Processes on one database share the folder. It is made
 * when the first part comes; a part is in it, whole and on the disk, or not at all.
 *
 * @param folder path
 */
export function folderStorage(folder: string): PartStorage {
	return {
		async write(partId, bytes) {
			const { file, unfinished, parent } = pathsOf(folder, partId);
			await makeFolder(parent);
			await writeFile(unfinished, bytes);
			await rename(unfinished, file);
			await syncFolder(parent);
		},
		async read(partId) {
			const handle = await open(pathsOf(folder, partId).file).catch(orMissing);
			return handle && { stream: streamOf(handle), length: (await handle.stat()).size };
		},
		async remove(partId) {
			const { file, unfinished } = pathsOf(folder, partId);
			await rm(unfinished, { force: true });
			await rm(file, { force: true });
		},
	};
}

/** Nobody but their owner reads them, however the process was started. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** Spread over 256 folders by the last digits, which are random: some file systems are slow with too many files in one. */
function pathsOf(folder: string, partId: string): { parent: string; file: string; unfinished: string } {
	const id = idOf(partId);
	const parent = join(folder, id.slice(-2));
	const file = join(parent, id);
	return { parent, file, unfinished: `${file}.unfinished` };
}

async function makeFolder(folder: string): Promise<void> {
	const made = await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
	if (made !== undefined) await syncFolder(join(folder, ".."));
}

/** Writes a new file, and returns when it is on the disk. */
export async function writeFile(path: string, bytes: ReadableStream<Uint8Array>): Promise<void> {
	const handle = await open(path, "wx", FILE_MODE);
	try {
		await writeChunks(handle, chunksOf(bytes));
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Not the stream's own iterator: it would leave the stream open when the disk is full. */
async function* chunksOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
	const reader = bytes.getReader();
	try {
		for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
	} finally {
		reader.cancel().catch(() => undefined);
	}
}

/** A new name is only sure to be there after a crash when its folder is on the disk. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
	if (process.platform === "win32") return;
	const handle = await open(folder);
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** Closes the file at its end, or when nobody wants more. */
function streamOf(handle: FileHandle): ReadableStream<Uint8Array> {
	return Readable.toWeb(handle.createReadStream()) as ReadableStream<Uint8Array>;
}

function orMissing(error: NodeJS.ErrnoException): undefined {
	if (error.code !== "ENOENT") throw error;
}
