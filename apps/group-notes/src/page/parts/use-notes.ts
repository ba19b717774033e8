import { useRef } from "react";
import type { Order } from "../client/backend.js";
import type { Note, Notebook } from "../client/notebook.js";
import { type Loaded, useLoad } from "./use-load.js";

/** How many notes are shown at first, and how many more each time. */
const STEP = 50;

interface Notes {
	notes: Note[];
	/** Are there older ones, or later ones in the alphabet? */
	hasMore: boolean;
	/** The one that is open, when it is none of the others any more. */
	apart: Note | undefined;
}

interface LoadedNotes extends Loaded<Notes> {
	/** Loads more of them. */
	more: () => void;
}

/** @param start of their titles; empty = all @param openId of the note that is open */
export function useNotes(notebook: Notebook, order: Order, start: string, openId?: string): LoadedNotes {
	const key = `${notebook.id} ${order} ${start}`;
	const shown = useRef({ key, count: STEP });
	if (shown.current.key !== key) shown.current = { key, count: STEP };
	const loaded = useLoad(key, async () => {
		const { hasMore, notes } = await notebook.notes({ order, start, count: shown.current.count });
		const isMissing = openId !== undefined && !notes.some(({ note_id }) => note_id === openId);
		return { notes, hasMore, apart: isMissing ? await notebook.note(openId) : undefined };
	});
	const more = (): void => {
		shown.current.count += STEP;
		loaded.again();
	};
	return { ...loaded, more };
}
