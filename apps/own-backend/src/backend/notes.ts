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
	nameOf(groupId: string): Promise<string | null>;
	rename(groupId: string, name: string): Promise<void>;
	/** Everything of the group. */
	remove(groupId: string): Promise<void>;
}

export function notesIn(db: Database): Notes {
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
		async remove(groupId) {
			await db.transaction().execute(async (change) => {
				await change.deleteFrom("note").where("group_id", "=", groupId).execute();
				await change.deleteFrom("group_name").where("group_id", "=", groupId).execute();
			});
		},
	};
}
