import {
	type Group,
	type GroupJoinReqListItem,
	type GroupUserListItem,
	KeyRotationUnfinished,
	RotationPending,
} from "@sentc-ts/sdk";
import { Attachments } from "./attachments.js";
import type { Order, StoredNote } from "./backend.js";
import { isUnreached } from "./connection.js";
import { type Draft, packNote, unpackNote } from "./content.js";
import { everyItem } from "./lists.js";
import { notebookName, renameNotebook, STRICT } from "./notebooks.js";
import type { Session } from "./session.js";
import { hashOfStart, indexTitle, startsWith } from "./title-index.js";
import { inWords } from "./words.js";

/** A note as it is shown: what was decrypted, or why that failed. */
export interface Note extends Omit<StoredNote, "content"> {
	content: Draft | { problem: string };
}

/** Which notes are shown. */
export interface Wanted {
	order: Order;
	/** At least so many, when there are so many. */
	count: number;
	/** Of their titles; empty = all. */
	start: string;
}

/** The first notes that are wanted. */
export interface ShownNotes {
	notes: Note[];
	hasMore: boolean;
}

/** A notebook that is open: its group, and what the backend stores of it. */
export class Notebook {
	readonly #session: Session;
	readonly #group: Group;
	#name: string;
	readonly attachments: Attachments;
	/** By ciphertext: what did not change is not decrypted again. */
	readonly #opened = new Map<string, Promise<Note["content"]>>();
	/** Members changed: there may be new keys. */
	#isStale = false;

	private constructor(session: Session, group: Group, name: string) {
		this.#session = session;
		this.#group = group;
		this.#name = name;
		const { ownId, sentc } = session;
		this.attachments = new Attachments(group, { ownId, sentc, takeNewKeys: () => this.takeNewKeys() });
	}

	/** @throws SignerUnknown, KeyChanged when the person has to compare a safety number first */
	static async open(session: Session, groupId: string): Promise<Notebook> {
		const group = await session.user.getGroup(groupId, undefined, STRICT);
		const notebook = new Notebook(session, group, await notebookName(session, groupId));
		await notebook.#takeNewKeysOnline();
		return notebook;
	}

	get id(): string {
		return this.#group.data.group_id;
	}

	get name(): string {
		return this.#name;
	}

	/** With the newest key: who was removed does not read it. */
	async rename(name: string): Promise<void> {
		await this.takeNewKeys();
		await renameNotebook(this.#session, this.id, name);
		this.#name = name;
	}

	/** Of the user. */
	get rank(): number {
		return this.#group.data.rank;
	}

	/** Did somebody leave who still knows the newest key? */
	get isRotationDue(): boolean {
		return this.#group.data.rotation_due === true;
	}

	/** Rank, and keys that others made, may be other ones by now. */
	async takeNewKeys(): Promise<void> {
		await this.#group.groupUpdateCheck();
		if (!this.#group.data.key_update) return;
		await this.#group.finishKeyRotation(STRICT).catch((error: unknown) => {
			throw error instanceof KeyRotationUnfinished ? (error.failures[0]?.error ?? error) : error;
		});
	}

	/** Somebody came, left, or has another rank: keys are looked for before the next notes or members are. */
	membersChanged(): void {
		this.#isStale = true;
	}

	/** The first ones in that order, as the backend finds and sorts them; what was decrypted has the last word. */
	async notes({ start, ...query }: Wanted): Promise<ShownNotes> {
		if (this.#isStale) await this.#takeNewKeysOnline();
		const { backend } = this.#session;
		const { hasMore, notes } =
			start === ""
				? await backend.notes(this.id, query)
				: await backend.findNotes(this.id, query, hashOfStart(this.#group, start));
		const shown = await Promise.all(notes.map((note) => this.#shown(note)));
		const wanted = shown.filter((note) => start === "" || startsWith(titleOf(note), start));
		return { notes: wanted.toSorted(COMPARE[query.order]), hasMore };
	}

	/** @returns `undefined` when it is gone */
	async note(noteId: string): Promise<Note | undefined> {
		const note = await this.#session.backend.note(this.id, noteId);
		return note && this.#shown(note);
	}

	/** @param before `undefined` = a new note */
	async save(draft: Draft, before?: Pick<StoredNote, "note_id" | "version">): Promise<void> {
		await this.takeNewKeys();
		const note_id = before?.note_id ?? randomId();
		const state = { note_id, version: (before?.version ?? 0) + 1 };
		const content = await this.#group.encryptString(packNote(state, draft), true);
		const index = indexTitle(this.#group, draft.title);
		await this.#session.backend.saveNote(this.id, { ...state, ...index, content });
	}

	/** With its files. */
	async removeNote({ content, note_id }: Note): Promise<void> {
		await this.#session.backend.deleteNote(this.id, note_id);
		if ("files" in content) await this.attachments.drop(content.files);
	}

	/** The other members. */
	async members(): Promise<GroupUserListItem[]> {
		await this.takeNewKeys();
		const members = await everyItem<GroupUserListItem>((last) => this.#group.getMember(last));
		await this.#session.people.load(members.map(({ user_id }) => user_id));
		return members;
	}

	/** Who asks to join. */
	async requests(): Promise<GroupJoinReqListItem[]> {
		const requests = await everyItem<GroupJoinReqListItem>((last) => this.#group.getJoinRequests(last));
		await this.#session.people.load(requests.map(({ user_id }) => user_id));
		return requests;
	}

	/** Gives every key of the notebook to somebody who asked. */
	async accept(userId: string): Promise<void> {
		const uploads = await this.#group.acceptJoinRequest(userId);
		if (uploads?.some(({ status }) => status === "rejected")) await this.#group.reInviteUser(userId);
		await this.#tellMembersChanged();
	}

	async decline(userId: string): Promise<void> {
		await this.#group.rejectJoinRequest(userId);
		await this.#tellMembersChanged();
	}

	async changeRank(userId: string, rank: number): Promise<void> {
		await this.#group.updateRank(userId, rank);
		await this.#tellMembersChanged();
	}

	/** The notebook gets a new key, which the removed one never has. @throws RotationPending when it does not have one yet */
	async remove(userId: string): Promise<void> {
		try {
			await this.#group.kickUser(userId);
		} catch (error) {
			// Says whether a rotation is due.
			if (error instanceof RotationPending) await this.#group.groupUpdateCheck().catch(() => undefined);
			throw error;
		} finally {
			await this.#tellMembersChanged();
		}
	}

	/** Goes on where a removal, or somebody who left, let a key be rotated. */
	async rotate(): Promise<void> {
		await this.#group.rotateDueKeys();
		await this.takeNewKeys();
		await this.#tellMembersChanged();
	}

	async leave(): Promise<void> {
		await this.#group.leave();
		await this.#tellMembersChanged();
	}

	delete(): Promise<void> {
		return this.#session.backend.deleteNotebook(this.id);
	}

	/** Offline, the keys that are here have to do. */
	async #takeNewKeysOnline(): Promise<void> {
		this.#isStale = false;
		await this.takeNewKeys().catch((error: unknown) => {
			this.#isStale = true;
			if (!isUnreached(error)) throw error;
		});
	}

	async #tellMembersChanged(): Promise<void> {
		await this.#session.backend.tellMembersChanged(this.id).catch(console.error); // Others see it when they look again.
	}

	async #shown(note: StoredNote): Promise<Note> {
		return { ...note, content: await this.#open(note) };
	}

	#open(note: StoredNote): Promise<Note["content"]> {
		const key = `${note.note_id} ${note.editor_id} ${note.version} ${note.content}`;
		const opened = this.#opened.get(key) ?? this.#decrypt(note);
		this.#opened.set(key, opened);
		// A key that is missing now may come later.
		void opened.then((content) => "problem" in content && this.#opened.delete(key));
		return opened;
	}

	/** The signature has to be that of the editor, whom the backend names. */
	async #decrypt(note: StoredNote): Promise<Note["content"]> {
		try {
			return unpackNote(await this.#group.decryptString(note.content, true, note.editor_id), note);
		} catch (error) {
			return { problem: inWords(error) };
		}
	}
}

const titleOf = ({ content }: Note): string => ("title" in content ? content.title : "");

const TITLES = new Intl.Collator(undefined, { numeric: true });

const COMPARE: Record<Order, (a: Note, b: Note) => number> = {
	newest: (a, b) => b.changed - a.changed,
	// What can't be read is last.
	title: (a, b) =>
		Number("problem" in a.content) - Number("problem" in b.content) || TITLES.compare(titleOf(a), titleOf(b)),
};

/** 128 random bits, hexadecimal. */
function randomId(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
