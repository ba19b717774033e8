/** What a person writes. */
export interface Draft {
	title: string;
	text: string;
}

/** Which note, and which state of it. */
export interface NoteState {
	note_id: string;
	version: number;
}

export const MAX_TITLE = 120;
export const MAX_TEXT = 20_000;

/** What a note says does not belong to where the backend answered it. */
export class WrongNote extends Error {}

/** What is encrypted: id and version are in it, so a backend can't answer one note as another, or an old state as a new one. */
export function packNote({ note_id, version }: NoteState, { text, title }: Draft): string {
	return JSON.stringify({ note_id, version, title, text });
}

/** @throws WrongNote when it is not the asked one */
export function unpackNote(plaintext: string, { note_id, version }: NoteState): Draft {
	const packed = JSON.parse(plaintext) as Partial<NoteState & Draft>;
	const { text, title } = packed;
	const isAsked = packed.note_id === note_id && packed.version === version;
	if (!isAsked || typeof title !== "string" || typeof text !== "string") {
		throw new WrongNote("The server answered another note, or an older one, in the place of this one.");
	}
	return { title, text };
}
