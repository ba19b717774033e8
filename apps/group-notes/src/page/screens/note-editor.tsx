import { Alert, Button, Group, Stack, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { type Draft, MAX_FILES, MAX_TEXT, MAX_TITLE } from "../client/content.js";
import type { Note, Notebook } from "../client/notebook.js";
import { MANAGER } from "../client/ranks.js";
import { useOnline, useSession } from "../parts/context.js";
import { Confirm } from "../parts/dialog.js";
import { SignedBy } from "../parts/signed-by.js";
import { Problem } from "../parts/states.js";
import { useAction } from "../parts/use-action.js";
import { type NoteFiles, useNoteFiles } from "../parts/use-note-files.js";
import { Who } from "./note-card.js";
import { FilesOfNote } from "./note-files.js";

interface NoteEditorProps {
	notebook: Notebook;
	/** As it is now, while others may change it; `undefined` = a new one, or one that is gone. */
	note: Note | undefined;
	isNew: boolean;
	onDone: () => void;
}

const draftOf = (note: Note | undefined): Draft =>
	note && "title" in note.content ? note.content : { title: "", text: "", files: [] };

/** Nothing that somebody else attached meanwhile is lost. */
function withTheirFiles(mine: Draft, theirs: Draft, { isAdded }: NoteFiles): Draft {
	return { ...mine, files: [...theirs.files, ...mine.files.filter(isAdded)].slice(0, MAX_FILES) };
}

export function NoteEditor({ isNew, note, notebook, onDone }: NoteEditorProps): ReactNode {
	const { ownId } = useSession();
	const isOnline = useOnline();
	const { error, isBusy, run } = useAction();
	/** The state that the person began with. */
	const [before, setBefore] = useState(note);
	const [draft, setDraft] = useState(draftOf(note));
	const added = useNoteFiles(notebook.attachments);
	const [isDeleting, setDeleting] = useState(false);
	const isChanged = note !== undefined && before !== undefined && note.version > before.version;
	const isGone = !isNew && note === undefined;
	const mayDelete = note !== undefined && (note.author_id === ownId || notebook.rank <= MANAGER);
	const save = async (event: FormEvent): Promise<void> => {
		event.preventDefault();
		// The files of a note that was deleted are gone with it.
		const files = isGone ? draft.files.filter(added.isAdded) : draft.files;
		const work = async (): Promise<void> => {
			await notebook.save({ ...draft, files, title: draft.title.trim() }, isGone ? undefined : before);
			await added.keep(files, isGone ? [] : draftOf(before).files);
		};
		if (await run(work)) onDone();
	};
	return (
		<form onSubmit={save}>
			<Stack>
				{isChanged && (
					<Changed
						by={note.editor ?? "Somebody"}
						onTheirs={() => {
							setBefore(note);
							setDraft(draftOf(note));
						}}
						onMine={() => {
							setBefore(note);
							setDraft(withTheirFiles(draft, draftOf(note), added));
						}}
					/>
				)}
				{isGone && <Alert color="orange">The note was deleted. Saving makes a new one of it.</Alert>}
				<TextInput
					label="Title"
					value={draft.title}
					onChange={(event) => setDraft({ ...draft, title: event.currentTarget.value })}
					maxLength={MAX_TITLE}
					pattern=".*\S.*"
					required
					data-autofocus={isNew || undefined}
				/>
				<Textarea
					label="Text"
					value={draft.text}
					onChange={(event) => setDraft({ ...draft, text: event.currentTarget.value })}
					maxLength={MAX_TEXT}
					rows={10}
				/>
				<FilesOfNote
					attachments={notebook.attachments}
					files={draft.files}
					added={added}
					onAdd={(file) => setDraft((now) => ({ ...now, files: [...now.files, file] }))}
					onRemove={(file) => setDraft({ ...draft, files: draft.files.filter((other) => other !== file) })}
				/>
				{note && (
					<div>
						<Who note={note} />
						<SignedBy userId={note.editor_id} name={note.editor ?? "Somebody"} />
					</div>
				)}
				<Problem error={error} />
				<Group justify="space-between">
					{mayDelete ? (
						<Button
							variant="subtle"
							color="red"
							className="danger"
							disabled={!isOnline}
							onClick={() => setDeleting(true)}
						>
							Delete
						</Button>
					) : (
						<span />
					)}
					<Button type="submit" loading={isBusy} disabled={!isOnline || isChanged || added.uploads.length > 0}>
						Save
					</Button>
				</Group>
			</Stack>
			{note && (
				<Confirm
					isOpen={isDeleting}
					onClose={() => setDeleting(false)}
					title="Delete this note?"
					yes="Delete it"
					work={async () => {
						await notebook.removeNote(note);
						onDone();
					}}
				>
					It is gone for everybody in the notebook.
				</Confirm>
			)}
		</form>
	);
}

function Changed({ by, onMine, onTheirs }: { by: string; onMine: () => void; onTheirs: () => void }): ReactNode {
	return (
		<Alert color="orange" variant="light" role="alert" title={`${by} changed this note while you had it open`}>
			<Group gap="sm" mt="xs">
				<Button size="xs" variant="default" onClick={onTheirs}>
					Show theirs
				</Button>
				<Button size="xs" variant="default" onClick={onMine}>
					Keep mine
				</Button>
			</Group>
		</Alert>
	);
}
