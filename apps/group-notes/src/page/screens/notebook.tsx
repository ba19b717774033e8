import { Anchor, Badge, Button, Group, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Order } from "../client/backend.js";
import type { Note, Notebook } from "../client/notebook.js";
import { MANAGER } from "../client/ranks.js";
import { useOnline } from "../parts/context.js";
import { Dialog } from "../parts/dialog.js";
import { Icon } from "../parts/icons.js";
import { Empty } from "../parts/states.js";
import { useLive } from "../parts/use-live.js";
import { useNotes } from "../parts/use-notes.js";
import { useRequests } from "../parts/use-requests.js";
import { isGone, ShowNotebook, WithNotebook } from "../parts/with-notebook.js";
import { NoteEditor } from "./note-editor.js";
import { NoteFinder } from "./note-finder.js";
import { NoteList } from "./note-list.js";

/** From the last key to the search, ms. */
const PAUSE = 250;

export function NotebookScreen({ id }: { id: string }): ReactNode {
	return <WithNotebook id={id}>{(notebook) => <Notes notebook={notebook} />}</WithNotebook>;
}

function Notes({ notebook }: { notebook: Notebook }): ReactNode {
	const isOnline = useOnline();
	const [order, setOrder] = useState<Order>("newest");
	const [typed, setTyped] = useState("");
	const [start] = useDebouncedValue(typed.trim(), PAUSE);
	/** The id of a note, or a new one. It stays while the dialog goes. */
	const [edited, setEdited] = useState("new");
	const [isOpen, setOpen] = useState(false);
	const loaded = useNotes(notebook, order, start, isOpen && edited !== "new" ? edited : undefined);
	const requests = useRequests(notebook);
	useLive(notebook, (change) => {
		loaded.again();
		if (change === "members") requests.again();
	});
	const { value } = loaded;
	const isSearch = start !== "" || typed !== "";
	/** As long as others are on their way it is as before: what somebody types into must not go. */
	const wasEmpty = useRef(true);
	const isEmpty = value ? value.notes.length === 0 && !isSearch : wasEmpty.current;
	useEffect(() => {
		wasEmpty.current = isEmpty;
	}, [isEmpty]);
	const open = (noteId: string): void => {
		setEdited(noteId);
		setOpen(true);
	};
	const close = (): void => setOpen(false);
	const done = (): void => {
		close();
		loaded.again();
	};
	const write = (
		<Button leftSection={<Icon name="plus" />} disabled={!isOnline} onClick={() => open("new")}>
			New note
		</Button>
	);
	const label = order === "newest" ? "Show older notes" : "Show more notes";
	const more = { label, isLoading: loaded.isLoading, load: loaded.more };
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
						<Waiting count={requests.value?.length ?? 0} />
					</Button>
					{!isEmpty && !isGone(loaded.error) && write}
				</Group>
			</div>
			{!isOnline && (
				<Text c="dimmed" size="sm">
					You are offline: this is what was loaded last, decrypted on this device.
				</Text>
			)}
			{!isEmpty && !isGone(loaded.error) && (
				<NoteFinder typed={typed} onType={setTyped} order={order} onOrder={setOrder} />
			)}
			{start !== "" && !isOnline && value === undefined ? (
				<Empty title="Search needs the connection">Clear the search to read what was loaded last.</Empty>
			) : (
				<ShowNotebook loaded={loaded} what="the notes">
					{({ apart, hasMore, notes }) => (
						<>
							<Found start={start} notes={notes} hasMore={hasMore} />
							{isEmpty && (
								<Empty title="Nothing written yet" action={write}>
									Write the first note. Everybody in the notebook sees it at once, and nobody else ever does.
								</Empty>
							)}
							<NoteList notes={notes} onOpen={open} more={hasMore ? more : undefined} />
							<Dialog isOpen={isOpen} onClose={close} title={edited === "new" ? "New note" : "Note"} size="lg">
								<NoteEditor
									notebook={notebook}
									note={[...notes, ...(apart ? [apart] : [])].find(({ note_id }) => note_id === edited)}
									isNew={edited === "new"}
									onDone={done}
								/>
							</Dialog>
						</>
					)}
				</ShowNotebook>
			)}
		</Stack>
	);
}

/** How many people ask to join. */
function Waiting({ count }: { count: number }): ReactNode {
	if (count === 0) return null;
	return (
		<Badge ml="xs" color="orange" variant="light" role="status" aria-label={`${count} ask to join`}>
			{count} new
		</Badge>
	);
}

/** What a search found, in words. */
function Found({ hasMore, notes, start }: { notes: Note[]; start: string; hasMore: boolean }): ReactNode {
	if (start === "") return null;
	if (notes.length > 0) {
		const count = notes.length === 1 ? "One note starts" : `${notes.length} notes start`;
		return (
			<Text role="status" c="dimmed" size="sm">
				{hasMore ? `The first ${notes.length} notes that start` : count} with “{start}”.
			</Text>
		);
	}
	return (
		<div role="status">
			<Empty title="Nothing found">There is no note whose title starts with “{start}”.</Empty>
		</div>
	);
}
