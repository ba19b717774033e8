import type { Database, Tables } from "./database.js";

type StoredNote = Omit<Tables["note"], "group_id">;

/** A note as members get it. */
interface Note extends StoredNote {
	author: string | null;
	editor: string | null;
}

/** The most recently changed ones are answered. */
const SHOWN = 200;

/** The notes of one notebook. */
export interface Notes {
	/** The most recently changed first. */
	list(groupId: string): Promise<Note[]>;
	find(groupId: string, noteId: string): Promise<StoredNote | undefined>;
	/** @returns `false` when there is a note with that id */
	add(groupId: string, note: { noteId: string; userId: string; content: string }): Promise<boolean>;
	/** @param version the next one @returns `false` when the note has another version than the one before, or is gone */
	edit(groupId: string, note: { noteId: string; userId: string; content: string; version: number }): Promise<boolean>;
	remove(groupId: string, noteId: string): Promise<void>;
	removeAll(groupId: string): Promise<void>;
}

export function notesIn(db: Database): Notes {
	return {
		list: (groupId) =>
			db
				.selectFrom("note")
				.leftJoin("person as author", "author.user_id", "note.author_id")
				.leftJoin("person as editor", "editor.user_id", "note.editor_id")
				.select(["note_id", "author_id", "editor_id", "content", "version", "created", "changed"])
				.select(["author.name as author", "editor.name as editor"])
				.where("group_id", "=", groupId)
				.orderBy("changed", "desc")
				.limit(SHOWN)
				.execute(),
		find: (groupId, noteId) =>
			db
				.selectFrom("note")
				.selectAll()
				.where("group_id", "=", groupId)
				.where("note_id", "=", noteId)
				.executeTakeFirst(),
		async add(group_id, { content, noteId: note_id, userId }) {
			const now = Date.now();
			const row = { note_id, group_id, content, author_id: userId, editor_id: userId, version: 1 };
			const { numInsertedOrUpdatedRows } = await db
				.insertInto("note")
				.values({ ...row, created: now, changed: now })
				.onConflict((conflict) => conflict.doNothing())
				.executeTakeFirstOrThrow();
			return Number(numInsertedOrUpdatedRows) > 0;
		},
		async edit(groupId, { content, noteId, userId, version }) {
			const { numUpdatedRows } = await db
				.updateTable("note")
				.set({ content, editor_id: userId, version, changed: Date.now() })
				.where("group_id", "=", groupId)
				.where("note_id", "=", noteId)
				.where("version", "=", version - 1)
				.executeTakeFirstOrThrow();
			return Number(numUpdatedRows) > 0;
		},
		async remove(groupId, noteId) {
			await db.deleteFrom("note").where("group_id", "=", groupId).where("note_id", "=", noteId).execute();
		},
		async removeAll(groupId) {
			await db.deleteFrom("note").where("group_id", "=", groupId).execute();
		},
	};
}
