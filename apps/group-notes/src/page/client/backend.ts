import { BackendError, type Connection, TIMEOUT } from "./connection.js";
import type { TitleIndex } from "./title-index.js";

/** A note as the backend stores it. */
export interface StoredNote {
	note_id: string;
	author_id: string;
	editor_id: string;
	/** Title and text: encrypted by a key of the group, signed by the editor. */
	content: string;
	/** 1, and one more with each edit. */
	version: number;
	/** ms */
	created: number;
	/** ms */
	changed: number;
	author: string | null;
	editor: string | null;
}

/** In the order of their titles, or the most recently changed ones first. */
export type Order = "newest" | "title";

/** Which notes, and how many of them. */
export interface Query {
	order: Order;
	/** At least so many, when there are so many. */
	count: number;
}

/** The first notes in some order. */
export interface StoredNotes {
	notes: StoredNote[];
	hasMore: boolean;
}

/** The name of a notebook as the backend stores it: encrypted by a key of the group, signed by the editor. */
export interface StoredName {
	name: string;
	editor_id: string;
}

/** The app's own backend. Answers of the API come back as text, for the SDK's `done…`. */
export class Backend {
	readonly #connection: Connection;
	readonly #getJwt: () => Promise<string>;

	/** @param getJwt of the user who is signed in */
	constructor(connection: Connection, getJwt: () => Promise<string>) {
		this.#connection = connection;
		this.#getJwt = getJwt;
	}

	/** @param registration `input` is what `prepareRegister` made; the name is for the backend alone */
	register(registration: { input: string; name: string }): Promise<string> {
		return send("POST", "/register", { body: JSON.stringify(registration) });
	}

	registerDevice(input: string): Promise<string> {
		return send("POST", "/device", { body: input });
	}

	/** Names by user id. */
	async people(ids: readonly string[]): Promise<Record<string, string>> {
		return JSON.parse(await this.#read(`/people?ids=${ids.map(encodeURIComponent).join()}`));
	}

	createNotebook(input: string): Promise<string> {
		return this.#write("POST", "/notebooks", input);
	}

	async deleteNotebook(id: string): Promise<void> {
		await this.#write("DELETE", notebook(id));
	}

	/** @returns `null` = it has none */
	async notebookName(id: string): Promise<StoredName | null> {
		return JSON.parse(await this.#read(`${notebook(id)}/name`));
	}

	/** @param name encrypted */
	async nameNotebook(id: string, name: string): Promise<void> {
		await this.#write("PUT", `${notebook(id)}/name`, name);
	}

	/** Without a network those that were loaded last, in whichever order that was. */
	async notes(id: string, { count, order }: Query): Promise<StoredNotes> {
		const path = `${notebook(id)}/notes`;
		return JSON.parse(await this.#connection.keeping(path, () => this.#pages(path, { order }, count)));
	}

	/** Those whose title starts with what was hashed. */
	async findNotes(id: string, { count, order }: Query, hash: string): Promise<StoredNotes> {
		const path = `${notebook(id)}/notes`;
		return JSON.parse(await this.#connection.asking(() => this.#pages(path, { order, hash }, count)));
	}

	/** @returns `undefined` when it is gone */
	async note(id: string, noteId: string): Promise<StoredNote | undefined> {
		const asking = this.#connection.asking(() => this.#get(`${notebook(id)}/notes/${noteId}`));
		const text = await asking.catch((error: unknown) => {
			if (error instanceof BackendError && error.status === 404) return undefined;
			throw error;
		});
		return text === undefined ? undefined : JSON.parse(text);
	}

	/**
	 * @param note its next version, and title and text encrypted
	 * @throws BackendError 409 when somebody else changed it meanwhile
	 */
	async saveNote(
		id: string,
		{ note_id, version, ...body }: Pick<StoredNote, "note_id" | "version" | "content"> & TitleIndex,
	): Promise<void> {
		await this.#write("PUT", `${notebook(id)}/notes/${note_id}?version=${version}`, JSON.stringify(body));
	}

	async deleteNote(id: string, noteId: string): Promise<void> {
		await this.#write("DELETE", `${notebook(id)}/notes/${noteId}`);
	}

	/** Who has the notebook open looks again. Also for who is no member yet, or no more. */
	async tellMembersChanged(id: string): Promise<void> {
		await this.#write("POST", `${notebook(id)}/members-changed`);
	}

	/** The other devices of the user look again: at their keys, and whether they still belong to the account. */
	async tellAccountChanged(): Promise<void> {
		await this.#write("POST", "/account-changed");
	}

	/** An endless answer: its lines say what has changed. @param signal ends it */
	async changes(id: string, signal: AbortSignal): Promise<Response> {
		const headers = { Authorization: `Bearer ${await this.#getJwt()}` };
		return fetch(`${notebook(id)}/changes`, { headers, signal });
	}

	/** @param path also names what is kept */
	#read(path: string): Promise<string> {
		return this.#connection.keeping(path, () => this.#get(path));
	}

	/** Page after page, as text. What others change meanwhile may be on two of them; a page with nothing new is the last one. */
	async #pages(path: string, query: Record<string, string>, count: number): Promise<string> {
		const notes = new Map<string, StoredNote>();
		const asked = new URLSearchParams(query);
		let before: number;
		let hasMore: boolean;
		do {
			before = notes.size;
			const page: { notes: StoredNote[]; next?: string } = JSON.parse(await this.#get(`${path}?${asked}`));
			for (const note of page.notes) notes.set(note.note_id, note);
			asked.set("after", page.next ?? "");
			hasMore = page.next !== undefined && notes.size > before;
		} while (hasMore && notes.size < count);
		return JSON.stringify({ notes: [...notes.values()], hasMore });
	}

	async #get(path: string): Promise<string> {
		return send("GET", path, { bearer: await this.#getJwt() });
	}

	async #write(method: string, path: string, body?: string): Promise<string> {
		return send(method, path, { bearer: await this.#getJwt(), ...(body !== undefined && { body }) });
	}
}

const notebook = (id: string): string => `/notebooks/${encodeURIComponent(id)}`;

async function send(
	method: string,
	path: string,
	{ bearer, body }: { bearer?: string; body?: string },
): Promise<string> {
	const headers: Record<string, string> = {};
	if (bearer !== undefined) headers["Authorization"] = `Bearer ${bearer}`;
	if (body !== undefined) headers["Content-Type"] = "application/json";
	const signal = AbortSignal.timeout(TIMEOUT);
	const response = await fetch(path, { method, headers, signal, ...(body !== undefined && { body }) }).catch(down);
	const text = await response.text().catch(down);
	if (!response.ok) throw new BackendError(sentenceOf(text), response.status);
	return text;
}

function down(): never {
	throw new BackendError("The server can't be reached.", 0);
}

/** The backend explains itself as `{"error": "…"}`. */
function sentenceOf(text: string): string {
	try {
		return String(JSON.parse(text).error);
	} catch {
		return "The server answered something else than expected.";
	}
}
