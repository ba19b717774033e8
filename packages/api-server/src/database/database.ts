import { Kysely, sql, type Transaction } from "kysely";
import Sqlite from "libsql";
import { ApiStartError } from "../errors.js";
import { ImmediateSqliteDialect } from "./dialect.js";
import { migrate } from "./migrations/migrate.js";
import type { Schema } from "./schema.js";

/** How long a statement waits for another process that holds the database, ms. */
const BUSY_TIMEOUT = 1000;

/** Where repositories read: the database, or a transaction on it. */
export type Reads = Pick<Kysely<Schema>, "selectFrom">;
/** Where repositories write: a transaction, so that a locked database is met at its start only. */
export type Writes = Transaction<Schema>;

export interface Database {
	readonly reads: Reads;
	/** Names of the migrations that ran when it was opened. */
	readonly migrated: readonly string[];
	/** All or nothing. The work must read and write where it is told to: there is one connection. */
	transaction<Result>(work: (db: Writes) => Promise<Result>): Promise<Result>;
	/** Another value after every commit of another connection, such as another process. Cheap: asked at each use of a cache. */
	externalVersion(): unknown;
	close(): Promise<void>;
}

function connect(file: string): Sqlite.Database {
	const connection = new Sqlite(file);
	connection.exec(`pragma busy_timeout = ${BUSY_TIMEOUT}`);
	connection.exec("pragma foreign_keys = on");
	connection.prepare("pragma journal_mode = wal").all();
	return connection;
}

/**
 * Opens (or creates) a database and brings its tables up to date.
 *
 * @param file path, or `:memory:`
 * @throws ApiStartError `DATABASE_UNAVAILABLE`
 */
export async function openDatabase(file: string): Promise<Database> {
	try {
		const connection = connect(file);
		const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(connection) });
		const migrated = await migrate(db);
		let closed: Promise<void> | undefined;
		return {
			reads: db,
			migrated,
			// A transaction that meets the end of its connection would end the process.
			transaction: async (work) => {
				if (closed !== undefined) throw new Error("The database is closed");
				return db.transaction().execute(work);
			},
			externalVersion: dataVersion(connection),
			close: () => {
				closed ??= close(db);
				return closed;
			},
		};
	} catch (cause) {
		throw new ApiStartError("DATABASE_UNAVAILABLE", `The database ${file} cannot be opened.`, cause);
	}
}

function dataVersion(connection: Sqlite.Database): () => unknown {
	const statement = connection.prepare("pragma data_version");
	return () => (statement.all() as { data_version: number }[])[0]?.data_version;
}

/** Waits for the running transaction and brings everything into the one file: libsql keeps its log open until the process ends. */
async function close(db: Kysely<Schema>): Promise<void> {
	await sql`pragma wal_checkpoint(truncate)`.execute(db);
	await db.destroy();
}

/** `unavailable` = it may work later (locked, gone), `failed` = this request cannot be carried out. */
export function databaseFailure(error: unknown): "unavailable" | "failed" | undefined {
	if (!(error instanceof Sqlite.SqliteError)) return undefined;
	return /^SQLITE_(BUSY|LOCKED|CANTOPEN)/.test(error.code) ? "unavailable" : "failed";
}
