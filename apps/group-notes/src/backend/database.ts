import { Kysely, SqliteDialect } from "kysely";
import Sqlite from "libsql";

/** What this backend stores: who somebody is, which the API doesn't know, and ciphertexts, which nobody but the members reads. */
export interface Tables {
	person: { user_id: string; name: string };
	/** `name` is encrypted by a key of the group. */
	notebook: { group_id: string; name: string };
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
		/** The title by the order-preserving key of the group; `null` for notes of versions before that had none. */
		title_order: number | null;
	};
	/** Starts of the title by the searchable key of the group. */
	note_hash: { group_id: string; note_id: string; hash: string };
}

export type Database = Kysely<Tables>;

/** @param file path of the database, or `:memory:` */
export async function openDatabase(file: string): Promise<Database> {
	const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: new Sqlite(file) }) });
	await db.schema
		.createTable("person")
		.ifNotExists()
		.addColumn("user_id", "text", (column) => column.primaryKey())
		.addColumn("name", "text", (column) => column.notNull())
		.execute();
	await db.schema
		.createTable("notebook")
		.ifNotExists()
		.addColumn("group_id", "text", (column) => column.primaryKey())
		.addColumn("name", "text", (column) => column.notNull())
		.execute();
	await db.schema
		.createTable("note")
		.ifNotExists()
		.addColumn("note_id", "text", (column) => column.notNull())
		.addColumn("group_id", "text", (column) => column.notNull())
		.addColumn("author_id", "text", (column) => column.notNull())
		.addColumn("editor_id", "text", (column) => column.notNull())
		.addColumn("content", "text", (column) => column.notNull())
		.addColumn("version", "integer", (column) => column.notNull())
		.addColumn("created", "integer", (column) => column.notNull())
		.addColumn("changed", "integer", (column) => column.notNull())
		.addColumn("title_order", "integer")
		// Clients choose the ids of their notes, so an id counts within its group alone.
		.addPrimaryKeyConstraint("note_key", ["group_id", "note_id"])
		.execute();
	await addTitleOrder(db);
	await db.schema.createIndex("note_by_time").ifNotExists().on("note").columns(["group_id", "changed"]).execute();
	await db.schema.createIndex("note_by_title").ifNotExists().on("note").columns(["group_id", "title_order"]).execute();
	await db.schema.createIndex("note_by_author").ifNotExists().on("note").column("author_id").execute();
	await db.schema
		.createTable("note_hash")
		.ifNotExists()
		.addColumn("group_id", "text", (column) => column.notNull())
		.addColumn("note_id", "text", (column) => column.notNull())
		.addColumn("hash", "text", (column) => column.notNull())
		.addPrimaryKeyConstraint("note_hash_key", ["group_id", "note_id", "hash"])
		.execute();
	await db.schema.createIndex("note_by_hash").ifNotExists().on("note_hash").columns(["group_id", "hash"]).execute();
	return db;
}

/** Databases of a version without an order by title are kept. */
async function addTitleOrder(db: Database): Promise<void> {
	const note = (await db.introspection.getTables()).find(({ name }) => name === "note");
	if (note?.columns.some(({ name }) => name === "title_order")) return;
	await db.schema.alterTable("note").addColumn("title_order", "integer").execute();
}
