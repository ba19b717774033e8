import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Note } from "../client/notebook.js";
import { useSession } from "../parts/context.js";
import { Icon } from "../parts/icons.js";

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function NoteCard({ note, onOpen }: { note: Note; onOpen: () => void }): ReactNode {
	const { content } = note;
	return (
		<li>
			{"problem" in content ? (
				<div className="card note-card">
					<h2 className="note-title">This note can't be read</h2>
					<p className="note-text">{content.problem}</p>
					<Who note={note} />
				</div>
			) : (
				<button type="button" className="card note-card" onClick={onOpen}>
					<h2 className="note-title">{content.title}</h2>
					{content.text !== "" && <p className="note-text">{content.text}</p>}
					{content.files.length > 0 && (
						<Text size="sm" c="dimmed" component="p" className="note-files">
							<Icon name="file" size={16} /> {content.files.length === 1 ? "One file" : `${content.files.length} files`}
						</Text>
					)}
					<Who note={note} />
				</button>
			)}
		</li>
	);
}

/** Who wrote it and when, as the backend says; whoever changed it last has signed it. */
export function Who({ note }: { note: Note }): ReactNode {
	const { ownId } = useSession();
	const nameOf = (id: string, name: string | null): string => (id === ownId ? "You" : (name ?? "Somebody"));
	const author = nameOf(note.author_id, note.author);
	const editor = nameOf(note.editor_id, note.editor);
	return (
		<Text size="sm" c="dimmed" component="p" className="note-who">
			{author}
			{note.version > 1 && ` · changed by ${editor === "You" ? "you" : editor}`}
			{" · "}
			<time dateTime={new Date(note.changed).toISOString()}>{WHEN.format(note.changed)}</time>
		</Text>
	);
}
