import { Anchor, Button, Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { isUnreached } from "../client/connection.js";
import { listen } from "../client/live.js";
import type { Note, Notebook } from "../client/notebook.js";
import { MANAGER } from "../client/ranks.js";
import { useOnline, useSession } from "../parts/context.js";
import { Dialog } from "../parts/dialog.js";
import { Icon } from "../parts/icons.js";
import { Empty } from "../parts/states.js";
import { type Loaded, useLoad } from "../parts/use-load.js";
import { isGone, ShowNotebook, WithNotebook } from "../parts/with-notebook.js";
import { NoteCard } from "./note-card.js";
import { NoteEditor } from "./note-editor.js";

export function NotebookScreen({ id }: { id: string }): ReactNode {
	return <WithNotebook id={id}>{(notebook) => <Notes notebook={notebook} />}</WithNotebook>;
}

/** The notes, which change as others write. */
function useLiveNotes(notebook: Notebook): Loaded<Note[]> {
	const session = useSession();
	const membersChanged = useRef(false);
	const loaded = useLoad(notebook.id, async () => {
		if (membersChanged.current) {
			await notebook.takeNewKeys().catch((error: unknown) => {
				if (!isUnreached(error)) throw error;
			});
			membersChanged.current = false;
		}
		return notebook.notes();
	});
	const { again } = loaded;
	useEffect(
		() =>
			listen(session, notebook.id, (change) => {
				membersChanged.current ||= change === "members";
				again();
			}),
		[session, notebook.id, again],
	);
	return loaded;
}

function Notes({ notebook }: { notebook: Notebook }): ReactNode {
	const isOnline = useOnline();
	const loaded = useLiveNotes(notebook);
	/** The id of a note, or a new one. */
	const [edited, setEdited] = useState<string>();
	const close = (): void => setEdited(undefined);
	const done = (): void => {
		close();
		loaded.again();
	};
	const write = (
		<Button leftSection={<Icon name="plus" />} disabled={!isOnline} onClick={() => setEdited("new")}>
			New note
		</Button>
	);
	return (
		<Stack gap="lg">
			<Anchor href="#/" className="back">
				<Icon name="back" size={18} /> Notebooks
			</Anchor>
			<div className="heading">
				<Title order={1}>{notebook.name}</Title>
				<Group gap="sm">
					<Button
						component="a"
						href={`#/notebook/${notebook.id}/members`}
						variant="default"
						leftSection={<Icon name="members" />}
					>
						{notebook.rank <= MANAGER ? "Share" : "Members"}
					</Button>
					{loaded.value && loaded.value.length > 0 && !isGone(loaded.error) && write}
				</Group>
			</div>
			{!isOnline && (
				<Text c="dimmed" size="sm">
					You are offline: this is what was loaded last, decrypted on this device.
				</Text>
			)}
			<ShowNotebook loaded={loaded} what="the notes">
				{(notes) => (
					<>
						{notes.length === 0 ? (
							<Empty title="Nothing written yet" action={write}>
								Write the first note. Everybody in the notebook sees it at once, and nobody else ever does.
							</Empty>
						) : (
							<ul className="cards" aria-label="Notes">
								{notes.map((note) => (
									<NoteCard key={note.note_id} note={note} onOpen={() => setEdited(note.note_id)} />
								))}
							</ul>
						)}
						<Dialog
							isOpen={edited !== undefined}
							onClose={close}
							title={edited === "new" ? "New note" : "Note"}
							size="lg"
						>
							<NoteEditor
								notebook={notebook}
								note={notes.find(({ note_id }) => note_id === edited)}
								isNew={edited === "new"}
								onDone={done}
							/>
						</Dialog>
					</>
				)}
			</ShowNotebook>
		</Stack>
	);
}
