/** What a person writes. */
export interface Draft {
	title: string;
	text: string;
	files: Attachment[];
}

/** A file that belongs to a note. */
export interface Attachment {
	file_id: string;
	name: string;
	/** Bytes. */
	size: number;
	/** MIME type, as the browser of who attached it says; may be empty. */
	type: string;
	/** The key of the file as it is at the API, encrypted: a file with another one is another file. */
	sealed_key: string;
}

/** Which note, and which state of it. */
export interface NoteState {
	note_id: string;
	version: number;
}

export const MAX_TITLE = 120;
export const MAX_TEXT = 20_000;
export const MAX_FILES = 10;
export const MAX_FILE_BYTES = 20_000_000;
export const MAX_FILE_NAME = 200;
export const MAX_FILE_TYPE = 100;
const MAX_SEALED_KEY = 1000;

/** What a note says does not belong to where the backend answered it. */
export class WrongNote extends Error {}

/** What is encrypted: id and version are in it, so a backend can't answer one note as another, or an old state as a new one. */
export function packNote({ note_id, version }: NoteState, { files, text, title }: Draft): string {
	return JSON.stringify({ note_id, version, title, text, files });
}

/** @throws WrongNote when it is not the asked one */
export function unpackNote(plaintext: string, { note_id, version }: NoteState): Draft {
	const packed = JSON.parse(plaintext) as Partial<NoteState & Draft>;
	const { files = [], text, title } = packed;
	const isAsked = packed.note_id === note_id && packed.version === version;
	const areFiles = Array.isArray(files) && files.length <= MAX_FILES && files.every(isAttachment);
	if (!isAsked || typeof title !== "string" || typeof text !== "string" || !areFiles) {
		throw new WrongNote("The server answered another note, or an older one, in the place of this one.");
	}
	return { title, text, files };
}

function isAttachment(value: unknown): value is Attachment {
	if (typeof value !== "object" || value === null) return false;
	const { file_id, name, sealed_key, size, type } = value as Partial<Record<keyof Attachment, unknown>>;
	const isText = (text: unknown, most: number): boolean => typeof text === "string" && text.length <= most;
	return (
		isText(file_id, 64) &&
		isText(name, MAX_FILE_NAME) &&
		isText(type, MAX_FILE_TYPE) &&
		isText(sealed_key, MAX_SEALED_KEY) &&
		Number.isSafeInteger(size)
	);
}
