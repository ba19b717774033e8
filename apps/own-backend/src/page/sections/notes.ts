import { ask } from "../ask.js";
import type { CurrentGroup } from "../current-group.js";
import { byId } from "../dom.js";
import { onSubmit, run } from "../forms.js";
import { BackendError, type Note } from "../own-backend.js";
import type { People } from "../people.js";
import { Region } from "../region.js";
import type { Session } from "../session.js";
import { inWords } from "../words.js";
import { NoteList } from "./note-list.js";

/** How often it is looked for other notes, ms. */
const POLL_MS = 3000;

/** What the members of a group share: this page encrypts and signs, decrypts and verifies; the backend keeps the ciphertext. */
export function setUpNotes(session: Session, people: People, current: CurrentGroup): void {
	const form = byId("note", HTMLFormElement);
	const live = byId("notes-live", HTMLElement);
	const region = new Region("note-list");
	let list: NoteList | undefined;
	let waiting: ReturnType<typeof setTimeout> | undefined;

	const tell = (sentence: string, className = "hint"): void => {
		live.className = className;
		// A screen reader speaks what changes.
		if (live.textContent !== sentence) live.textContent = sentence;
	};
	const begin = (shown: NoteList): Promise<void> =>
		region.show(async () => {
			await shown.update();
			if (shown === list) wait(shown);
			return [shown.element];
		});
	const wait = (shown: NoteList): void => {
		tell("New notes appear by themselves.");
		waiting = setTimeout(() => void look(shown), POLL_MS);
	};
	/** Nobody looks at a page that is hidden. */
	const look = async (shown: NoteList): Promise<void> => {
		try {
			if (document.visibilityState === "visible") await shown.update();
			if (shown === list) wait(shown);
		} catch (error) {
			if (shown !== list) return;
			const isOver = error instanceof BackendError && error.isForbidden;
			tell(isOver ? inWords(error) : `${inWords(error)} Trying again …`, "message error");
			if (!isOver) waiting = setTimeout(() => void look(shown), POLL_MS);
		}
	};
	const remove = (note: Note): void => {
		void run(form, async () => {
			const { id } = current;
			if (!(await ask("Delete this note, for everybody?", "Delete"))) return "";
			await session.backend.deleteNote(await session.user.getJwt(), id, note.note_id);
			await list?.update();
			return "The note is deleted.";
		});
	};

	onSubmit(form, async ({ text = "" }) => {
		await current.lookAgain();
		const encrypted = await current.group.encryptString(text, true);
		await session.backend.addNote(await session.user.getJwt(), current.id, encrypted);
		form.reset();
		await list?.update();
		return "It is shared: encrypted here, and signed by you.";
	});
	current.onChange((group) => {
		clearTimeout(waiting);
		list = group && new NoteList(session, people, group, remove);
		if (list) return void begin(list);
		region.clear();
		tell("", "");
	});
}
