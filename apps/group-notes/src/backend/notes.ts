import { sql } from "kysely";
import type { Database, Tables } from "./database.js";
import type { NoteForm } from "./note-form.js";

/** A note as members get it. */
interface Note extends Omit<Tables["note"], "group_id" | "title_order"> {
	author: string | null;
	editor: string | null;
}

/** What somebody writes. */
interface Written extends NoteForm {
	noteId: string;
	userId: string;
	/** 1, and one more with each edit. */
	version: number;
}

interface Wanted {
	/** By the title, which only members can read; else the most recently changed first. */
	byTitle?: boolean;
	/** Of a start of the title. */
	hash?: string | undefined;
	/** `next` of the page before. */
	after?: string | undefined;
}

interface Page {
	notes: Note[];
	/** For the page that follows, if there is one. */
	next?: string;
}

/** How many are answered at once. */
const PAGE = 50;

/** Where a page ends: what its last note is sorted by, and its id. */
export const PLACE = /^(\d{1,15})-([0-9a-f]{32})$/;

/** The notes of one notebook. */
export interface Notes {
	list(groupId: string, wanted: Wanted): Promise<Page>;
	find(groupId: string, noteId: string): Promise<Note | undefined>;
	/** @returns `false` when there is a note with that id */
	add(groupId: string, note: Written): Promise<boolean>;
	/** How many there are of an author, in all notebooks. */
	countOf(authorId: string): Promise<number>;
	/** @returns `false` when the note has another version than the one before, or is gone */
	edit(groupId: string, note: Written): Promise<boolean>;
	remove(groupId: string, noteId: string): Promise<void>;
	removeAll(groupId: string): Promise<void>;
}

export function notesIn(db: Database): Notes {
	const notesOf = (groupId: string) =>
		db
			.selectFrom("note")
			.leftJoin("person as author", "author.user_id", "note.author_id")
			.leftJoin("person as editor", "editor.user_id", "note.editor_id")
			.select(["note_id", "author_id", "editor_id", "content", "version", "created", "changed"])
			.select(["author.name as author", "editor.name as editor"])
			.where("group_id", "=", groupId);
	return {
		async list(groupId, { after = "", byTitle, hash }) {
			const [sortedBy, direction, later] = byTitle
				? (["title_order", "asc", ">"] as const)
				: (["changed", "desc", "<"] as const);
			let query = notesOf(groupId).select(`${sortedBy} as place`).orderBy(sortedBy, direction);
			query = query.orderBy("note_id", direction).limit(PAGE + 1);
			if (hash !== undefined) {
				const found = db.selectFrom("note_hash").select("note_hash.note_id").where("group_id", "=", groupId);
				query = query.where("note_id", "in", found.where("hash", "=", hash));
			}
			const [, place, noteId] = PLACE.exec(after) ?? [];
			if (place !== undefined) {
				const end = sql<boolean>`(${sql.ref(sortedBy)}, note_id) ${sql.raw(later)} (${Number(place)}, ${noteId})`;
				query = query.where(end);
			}
			const rows = await query.execute();
			const last = rows.length > PAGE ? rows[PAGE - 1] : undefined;
			const notes = rows.slice(0, PAGE).map(({ place: _, ...note }) => note);
			return { notes, ...(last && { next: `${last.place}-${last.note_id}` }) };
		},
		find: (groupId, noteId) => notesOf(groupId).where("note_id", "=", noteId).executeTakeFirst(),
		add: (group_id, { content, hashes, noteId: note_id, order: title_order, userId }) =>
			db.transaction().execute(async (transaction) => {
				const now = Date.now();
				const row = { note_id, group_id, content, title_order, author_id: userId, editor_id: userId, version: 1 };
				const { numInsertedOrUpdatedRows } = await transaction
					.insertInto("note")
					.values({ ...row, created: now, changed: now })
					.onConflict((conflict) => conflict.doNothing())
					.executeTakeFirstOrThrow();
				if (Number(numInsertedOrUpdatedRows) === 0) return false;
				await writeHashes(transaction, group_id, note_id, hashes);
				return true;
			}),
		async countOf(authorId) {
			const count = db.selectFrom("note").select(({ fn }) => fn.countAll<number>().as("notes"));
			return (await count.where("author_id", "=", authorId).executeTakeFirstOrThrow()).notes;
		},
		edit: (groupId, { content, hashes, noteId, order, userId, version }) =>
			db.transaction().execute(async (transaction) => {
				const { numUpdatedRows } = await transaction
					.updateTable("note")
					.set({ content, title_order: order, editor_id: userId, version, changed: Date.now() })
					.where("group_id", "=", groupId)
					.where("note_id", "=", noteId)
					.where("version", "=", version - 1)
					.executeTakeFirstOrThrow();
				if (Number(numUpdatedRows) === 0) return false;
				await writeHashes(transaction, groupId, noteId, hashes);
				return true;
			}),
		remove: (groupId, noteId) =>
			db.transaction().execute(async (transaction) => {
				for (const table of ["note", "note_hash"] as const) {
					await transaction.deleteFrom(table).where("group_id", "=", groupId).where("note_id", "=", noteId).execute();
				}
			}),
		removeAll: (groupId) =>
			db.transaction().execute(async (transaction) => {
				for (const table of ["note", "note_hash"] as const) {
					await transaction.deleteFrom(table).where("group_id", "=", groupId).execute();
				}
			}),
	};
}

/** In the place of those of the title before. */
async function writeHashes(db: Database, group_id: string, note_id: string, hashes: string[]): Promise<void> {
	await db.deleteFrom("note_hash").where("group_id", "=", group_id).where("note_id", "=", note_id).execute();
	await db
		.insertInto("note_hash")
		.values(hashes.map((hash) => ({ group_id, note_id, hash })))
		.execute();
}
