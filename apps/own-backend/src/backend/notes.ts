import { randomUUID } from "node:crypto";
import type { Database, Tables } from "./database.js";

type Note = Omit<Tables["note"], "group_id">;

/** The newest ones are answered; a real application would have pages. */
const SHOWN = 100;

/** What the members of groups share. All texts are ciphertexts. */
export interface Notes {
	/** The newest first. */
	list(groupId: string): Promise<Note[]>;
	add(groupId: string, authorId: string, text: string): Promise<Note>;
	/** @returns `undefined` when the group has no such note, or no more */
	authorOf(groupId: string, noteId: string): Promise<string | undefined>;
	delete(groupId: string, noteId: string): Promise<void>;
	nameOf(groupId: string): Promise<string | null>;
	rename(groupId: string, name: string): Promise<void>;
	/** Remembers which groups go with which. */
	addChild(parentId: string, groupId: string): Promise<void>;
	/** Everything of the group, and of those below it. */
	remove(groupId: string): Promise<void>;
}

export function notesIn(db: Database): Notes {
	const withAllBelow = async (groupId: string): Promise<string[]> => {
		const children = await db.selectFrom("child_group").select("group_id").where("parent_id", "=", groupId).execute();
		const below = await Promise.all(children.map(({ group_id }) => withAllBelow(group_id)));
		return [groupId, ...below.flat()];
	};
	return {
		list: (groupId) =>
			db
				.selectFrom("note")
				.select(["note_id", "author_id", "text", "time"])
				.where("group_id", "=", groupId)
				.orderBy("time", "desc")
				.limit(SHOWN)
				.execute(),
		async add(group_id, author_id, text) {
			const note = { note_id: randomUUID(), author_id, text, time: Date.now() };
			await db
				.insertInto("note")
				.values({ ...note, group_id })
				.execute();
			return note;
		},
		async authorOf(groupId, noteId) {
			const row = await db
				.selectFrom("note")
				.select("author_id")
				.where("group_id", "=", groupId)
				.where("note_id", "=", noteId)
				.executeTakeFirst();
			return row?.author_id;
		},
		async delete(groupId, noteId) {
			await db.deleteFrom("note").where("group_id", "=", groupId).where("note_id", "=", noteId).execute();
		},
		async nameOf(groupId) {
			const row = await db.selectFrom("group_name").select("name").where("group_id", "=", groupId).executeTakeFirst();
			return row?.name ?? null;
		},
		async rename(group_id, name) {
			await db
				.insertInto("group_name")
				.values({ group_id, name })
				.onConflict((conflict) => conflict.column("group_id").doUpdateSet({ name }))
				.execute();
		},
		async addChild(parent_id, group_id) {
			await db.insertInto("child_group").values({ group_id, parent_id }).execute();
		},
		async remove(groupId) {
			for (const id of await withAllBelow(groupId)) {
				await db.transaction().execute(async (change) => {
					await change.deleteFrom("note").where("group_id", "=", id).execute();
					await change.deleteFrom("group_name").where("group_id", "=", id).execute();
					await change.deleteFrom("child_group").where("group_id", "=", id).execute();
				});
			}
		},
	};
}
