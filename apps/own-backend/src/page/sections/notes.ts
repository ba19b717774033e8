import { copyButton } from "../copy.js";
import type { CurrentGroup } from "../current-group.js";
import { byId, create } from "../dom.js";
import { onClick, onSubmit } from "../forms.js";
import type { Note } from "../own-backend.js";
import type { People } from "../people.js";
import { Region } from "../region.js";
import type { Session } from "../session.js";
import { inWords } from "../words.js";

/** What the members of a group share: this page encrypts and signs, decrypts and verifies; the backend keeps the ciphertext. */
export function setUpNotes(session: Session, people: People, current: CurrentGroup): void {
	const form = byId("note", HTMLFormElement);
	const region = new Region("note-list");

	const load = (): Promise<void> =>
		region.show(async () => {
			const notes = await session.backend.notes(await session.user.getJwt(), current.id);
			await people.load(notes.map(({ author_id }) => author_id));
			const list = create("ul", "", "list notes");
			list.append(...(await Promise.all(notes.map(show))));
			return notes.length > 0 ? [list] : [create("p", "Nothing was shared yet.", "hint")];
		});
	const show = async (note: Note): Promise<Node> => {
		const item = create("li");
		const when = create("time", new Date(note.time).toLocaleString());
		when.dateTime = new Date(note.time).toISOString();
		const head = create("p", "", "hint");
		head.append(create("b", people.nameOf(note.author_id)), " ", when);
		item.append(head, await opened(note), ciphertextOf(note));
		return item;
	};
	/** The signature has to be the author's, whom the backend names. */
	const opened = async ({ author_id, text }: Note): Promise<Node> => {
		try {
			return create("p", await current.group.decryptString(text, true, author_id), "plain");
		} catch (error) {
			return create("p", inWords(error), "message error");
		}
	};

	onSubmit(form, async ({ text = "" }) => {
		await current.lookAgain();
		const encrypted = await current.group.encryptString(text, true);
		await session.backend.addNote(await session.user.getJwt(), current.id, encrypted);
		form.reset();
		await load();
		return "It is shared: encrypted here, and signed by you.";
	});
	onClick(byId("look-again", HTMLButtonElement), async () => {
		await current.lookAgain();
		return "";
	});
	current.onChange((group) => {
		if (group) void load();
		else region.clear();
	});
}

function ciphertextOf({ text }: Note): Node {
	const details = create("details");
	details.append(
		create("summary", `What your backend has: ${text.length} characters`, "more"),
		create("code", text, "ciphertext"),
		copyButton("Copy", () => text),
	);
	return details;
}
