import { Kysely, SqliteDialect } from "kysely";
import Sqlite from "libsql";

/** What this backend stores itself: what the API does not get (profiles), and what neither of them can read (the rest). */
export interface Tables {
	profile: { user_id: string; email: string; full_name: string };
	/** `name` is encrypted by a key of the group. */
	group_name: { group_id: string; name: string };
	/** A group that was created below another one. */
	child_group: { group_id: string; parent_id: string };
	/** `text` is encrypted by a key of the group, and signed by the author. */
	note: { note_id: string; group_id: string; author_id: string; text: string; time: number };
}

export type Database = Kysely<Tables>;

/** @param file path of the database, or `:memory:` */
export async function openDatabase(file: string): Promise<Database> {
	const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: new Sqlite(file) }) });
	await db.schema
		.createTable("profile")
		.ifNotExists()
		.addColumn("user_id", "text", (column) => column.primaryKey())
		.addColumn("email", "text", (column) => column.notNull())
		.addColumn("full_name", "text", (column) => column.notNull())
		.execute();
	await db.schema
		.createTable("group_name")
		.ifNotExists()
		.addColumn("group_id", "text", (column) => column.primaryKey())
		.addColumn("name", "text", (column) => column.notNull())
		.execute();
	await db.schema
		.createTable("child_group")
		.ifNotExists()
		.addColumn("group_id", "text", (column) => column.primaryKey())
		.addColumn("parent_id", "text", (column) => column.notNull())
		.execute();
	await db.schema.createIndex("child_of_group").ifNotExists().on("child_group").column("parent_id").execute();
	await db.schema
		.createTable("note")
		.ifNotExists()
		.addColumn("note_id", "text", (column) => column.primaryKey())
		.addColumn("group_id", "text", (column) => column.notNull())
		.addColumn("author_id", "text", (column) => column.notNull())
		.addColumn("text", "text", (column) => column.notNull())
		.addColumn("time", "integer", (column) => column.notNull())
		.execute();
	await db.schema.createIndex("note_of_group").ifNotExists().on("note").columns(["group_id", "time"]).execute();
	return db;
}
