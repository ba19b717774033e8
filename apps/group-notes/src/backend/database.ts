import { Kysely, SqliteDialect, sql } from "kysely";
import Sqlite from "libsql";

/** What this backend stores: who somebody is, which the API doesn't know, and ciphertexts, which nobody but the members reads. */
export interface Tables {
	person: { user_id: string; name: string };
	/** `name` is encrypted by a key of the group and signed by `editor_id`. */
	notebook: { group_id: string; name: string; editor_id: string };
	/** `content` is title and text, encrypted by a key of the group and signed by `editor_id`; times are ms. */
	note: {
		note_id: string;
		group_id: string;
		author_id: string;
		editor_id: string;
		content: string;
		/** 1, and one more with each edit. */
		version: number;
		created: number;
		changed: number;
		/** The title by the order-preserving key of the group. */
		title_order: number;
	};
	/** Starts of the title by the searchable key of the group. */
	note_hash: { group_id: string; note_id: string; hash: string };
}

export type Database = Kysely<Tables>;

/** Clients choose the ids of their notes, so an id counts within its group alone. */
const SCHEMA = [
	"CREATE TABLE IF NOT EXISTS person (user_id TEXT PRIMARY KEY, name TEXT NOT NULL)",
	"CREATE TABLE IF NOT EXISTS notebook (group_id TEXT PRIMARY KEY, name TEXT NOT NULL, editor_id TEXT NOT NULL)",
	`CREATE TABLE IF NOT EXISTS note (
		group_id TEXT NOT NULL, note_id TEXT NOT NULL, author_id TEXT NOT NULL, editor_id TEXT NOT NULL, content TEXT NOT NULL,
		version INTEGER NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, title_order INTEGER NOT NULL,
		PRIMARY KEY (group_id, note_id))`,
	"CREATE INDEX IF NOT EXISTS note_newest ON note (group_id, changed, note_id)",
	"CREATE INDEX IF NOT EXISTS note_in_order ON note (group_id, title_order, note_id)",
	"CREATE INDEX IF NOT EXISTS note_by_author ON note (author_id)",
	`CREATE TABLE IF NOT EXISTS note_hash (
		group_id TEXT NOT NULL, note_id TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (group_id, note_id, hash))`,
	"CREATE INDEX IF NOT EXISTS note_by_hash ON note_hash (group_id, hash)",
];

/** @param file path of the database, or `:memory:` */
export async function openDatabase(file: string): Promise<Database> {
	const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: new Sqlite(file) }) });
	for (const statement of SCHEMA) await sql.raw(statement).execute(db);
	await addEditorOfName(db);
	return db;
}

/** Names of notebooks in databases from before they were verified count as none: an admin gives them anew. */
async function addEditorOfName(db: Database): Promise<void> {
	const notebook = (await db.introspection.getTables()).find(({ name }) => name === "notebook");
	if (notebook?.columns.some(({ name }) => name === "editor_id")) return;
	await sql.raw("DELETE FROM notebook").execute(db);
	await sql.raw("ALTER TABLE notebook ADD COLUMN editor_id TEXT NOT NULL DEFAULT ''").execute(db);
}
