import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import type { Note } from "../client/notebook.js";
import { NoteCard } from "./note-card.js";

interface NoteListProps {
	notes: Note[];
	onOpen: (noteId: string) => void;
	/** There are more of them. */
	more: { label: string; isLoading: boolean; load: () => void } | undefined;
}

export function NoteList({ more, notes, onOpen }: NoteListProps): ReactNode {
	const list = useRef<HTMLUListElement>(null);
	/** Those that were there when somebody asked for more: the first other one gets the focus. */
	const before = useRef<Set<string>>(undefined);
	useEffect(() => {
		const first = notes.findIndex(({ note_id }) => before.current?.has(note_id) === false);
		if (first === -1) return;
		before.current = undefined;
		list.current?.children[first]?.querySelector("button")?.focus();
	}, [notes]);
	const load = (): void => {
		before.current = new Set(notes.map(({ note_id }) => note_id));
		more?.load();
	};
	if (notes.length === 0 && !more) return null;
	return (
		<>
			<ul className="cards" aria-label="Notes" ref={list}>
				{notes.map((note) => (
					<NoteCard key={note.note_id} note={note} onOpen={() => onOpen(note.note_id)} />
				))}
			</ul>
			{more && (
				<Button variant="default" className="more" loading={more.isLoading} onClick={load}>
					{more.label}
				</Button>
			)}
		</>
	);
}
