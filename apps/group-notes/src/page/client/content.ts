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
	/** User id of who attached it, and which key of that user signed it. */
	signer_id: string;
	verify_key_id: string;
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
const MAX_ID = 64;

/** What was decrypted does not belong to where the backend answered it. */
export class WrongContent extends Error {}

/** What is encrypted: id and version are in it, so a backend can't answer one note as another, or an old state as a new one. */
export function packNote({ note_id, version }: NoteState, { files, text, title }: Draft): string {
	return JSON.stringify({ note_id, version, title, text, files });
}

/** @throws WrongContent when it is not the asked one */
export function unpackNote(plaintext: string, { note_id, version }: NoteState): Draft {
	const packed = parse(plaintext) as Partial<NoteState & Draft>;
	const { files, text, title } = packed;
	const isAsked = packed.note_id === note_id && packed.version === version;
	const areFiles = Array.isArray(files) && files.length <= MAX_FILES && files.every(isAttachment);
	if (!isAsked || typeof title !== "string" || typeof text !== "string" || !areFiles) {
		throw new WrongContent("The server answered another note, or an older one, in the place of this one.");
	}
	return { title, text, files };
}

/** The name of a notebook is encrypted by the same keys as its notes, and neither passes for the other. */
export function packName(name: string): string {
	return JSON.stringify({ name });
}

/** @throws WrongContent */
export function unpackName(plaintext: string): string {
	const { name } = parse(plaintext);
	if (typeof name !== "string") throw new WrongContent("The server answered something else in the place of the name.");
	return name;
}

/** Whoever encrypted it may have written anything. */
function parse(plaintext: string): Record<string, unknown> {
	try {
		return Object(JSON.parse(plaintext));
	} catch {
		return {};
	}
}

function isAttachment(value: unknown): value is Attachment {
	if (typeof value !== "object" || value === null) return false;
	const { file_id, name, sealed_key, signer_id, size, type, verify_key_id } = value as Partial<
		Record<keyof Attachment, unknown>
	>;
	const isText = (text: unknown, most: number): boolean => typeof text === "string" && text.length <= most;
	return (
		isText(file_id, MAX_ID) &&
		isText(signer_id, MAX_ID) &&
		isText(verify_key_id, MAX_ID) &&
		isText(name, MAX_FILE_NAME) &&
		isText(type, MAX_FILE_TYPE) &&
		isText(sealed_key, MAX_SEALED_KEY) &&
		Number.isSafeInteger(size)
	);
}
