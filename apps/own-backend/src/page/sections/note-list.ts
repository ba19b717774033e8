import type { Group } from "@sentc-ts/sdk";
import { copyButton } from "../copy.js";
import { create } from "../dom.js";
import type { Note } from "../own-backend.js";
import type { People } from "../people.js";
import { ADMIN } from "../ranks.js";
import type { Session } from "../session.js";
import { inWords } from "../words.js";

/** The notes of one group. Only what is new is opened and put in: what somebody reads or copies stays as it is. */
export class NoteList {
	readonly #session: Session;
	readonly #people: People;
	readonly #group: Group;
	readonly #remove: (note: Note) => void;
	/** To be shown. */
	readonly element = create("div", "", "region");
	readonly #list = create("ul", "", "list notes");
	readonly #nothing = create("p", "Nothing was shared yet.", "hint");
	readonly #items = new Map<string, HTMLElement>();
	#last: Promise<unknown> = Promise.resolve();

	/** @param remove called when somebody wants a note to be deleted */
	constructor(session: Session, people: People, group: Group, remove: (note: Note) => void) {
		this.#session = session;
		this.#people = people;
		this.#group = group;
		this.#remove = remove;
		this.element.append(this.#list, this.#nothing);
	}

	/** Asks the backend, once at a time. When that fails, what is shown stays. */
	update(): Promise<void> {
		const update = this.#last.then(() => this.#update());
		this.#last = update.catch(() => undefined);
		return update;
	}

	async #update(): Promise<void> {
		const { backend, user } = this.#session;
		const notes = await backend.notes(await user.getJwt(), this.#group.data.group_id);
		const fresh = notes.filter(({ note_id }) => !this.#items.has(note_id));
		await this.#people.load(fresh.map(({ author_id }) => author_id));
		await Promise.all(fresh.map(async (note) => this.#items.set(note.note_id, await this.#show(note))));
		const ids = new Set(notes.map(({ note_id }) => note_id));
		for (const [id, item] of this.#items) {
			if (ids.has(id)) continue;
			item.remove();
			this.#items.delete(id);
		}
		for (const [index, { note_id }] of notes.entries()) {
			const [item, there] = [this.#items.get(note_id), this.#list.children[index]];
			if (item && item !== there) this.#list.insertBefore(item, there ?? null);
		}
		this.#list.hidden = notes.length === 0;
		this.#nothing.hidden = notes.length > 0;
	}

	async #show(note: Note): Promise<HTMLElement> {
		const item = create("li");
		const when = create("time", timeOf(note));
		when.dateTime = new Date(note.time).toISOString();
		const [head, origin] = [create("div", "", "head"), create("p", "", "hint")];
		origin.append(create("b", this.#people.nameOf(note.author_id)), " ", when);
		head.append(origin);
		if (this.#mayDelete(note)) head.append(this.#deletion(note));
		item.append(head, await this.#opened(note), ciphertextOf(note));
		return item;
	}

	/** The signature has to be the author's, whom the backend names. */
	async #opened({ author_id, text }: Note): Promise<Node> {
		try {
			return create("p", await this.#group.decryptString(text, true, author_id), "plain");
		} catch (error) {
			return create("p", inWords(error), "message error");
		}
	}

	/** The backend decides it in the same way. */
	#mayDelete({ author_id }: Note): boolean {
		return author_id === this.#session.user.user_data.user_id || this.#group.data.rank <= ADMIN;
	}

	#deletion(note: Note): Node {
		const button = create("button", "Delete", "danger");
		button.type = "button";
		button.ariaLabel = `Delete the note of ${timeOf(note)}`;
		button.addEventListener("click", () => this.#remove(note));
		return button;
	}
}

function timeOf({ time }: Note): string {
	return new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
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
