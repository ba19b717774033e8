import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import { Kysely, sql, type Transaction } from "kysely";
import { ApiStartError } from "../errors.js";
import type { Vault } from "../vault.js";
import { BUSY, resultCode, type SqliteConnection } from "./connection.js";
import { immediateSqlite } from "./dialect.js";
import { type Begin, GroupCommit } from "./group-commit.js";
import { migrate } from "./migrations/migrate.js";
import type { Schema } from "./schema.js";
import { loadSqlite } from "./sqlite.js";

/** How long a statement waits for another process that holds the database, and all else with it, ms. Transactions wait longer. */
const BUSY_TIMEOUT = 50;

const IN_MEMORY = ":memory:";

/** Where repositories read: the database, or a transaction on it. */
export type Reads = Pick<Kysely<Schema>, "selectFrom" | "withRecursive" | "executeQuery">;
/** Where repositories write: a transaction, so that a locked database is met at its start only. */
export type Writes = Transaction<Schema>;

export interface Database {
	readonly reads: Reads;
	/** Names of the migrations that ran when it was opened. */
	readonly migrated: readonly string[];
	/** Seals what must not be stored in clear. */
	readonly vault: Vault;
	/**
	 * All or nothing. The work must read and write where it is told to: there is one connection.
	 *
	 * @param begin default `soon`: {@link GroupCommit}
	 */
	transaction<Result>(work: (db: Writes) => Promise<Result>, begin?: Begin): Promise<Result>;
	/** Brings what is committed into the file and empties the log beside it; `false` = another process is in the way. */
	emptyLog(): Promise<boolean>;
	/** Another value after every commit of another connection, such as another process. Cheap: asked at each use of a cache. */
	externalVersion(): unknown;
	close(): Promise<void>;
}

/** Primary result codes: a lock within this process, and a file that cannot be opened. */
const [LOCKED, CANTOPEN] = [6, 14];

async function connect(file: string): Promise<SqliteConnection> {
	const open = await loadSqlite();
	if (file !== IN_MEMORY) keepToOwner(file);
	const connection = open(file);
	waitAtMost(connection, BUSY_TIMEOUT);
	connection.exec("pragma foreign_keys = on");
	connection.prepare("pragma journal_mode = wal").all();
	// What is deleted, such as the row of a former root key, must not remain in the file.
	connection.prepare("pragma secure_delete = on").all();
	// Nor in files for what a savepoint changes, or what is sorted.
	connection.exec("pragma temp_store = memory");
	return connection;
}

/** @param ms for another process that holds the database */
function waitAtMost(connection: SqliteConnection, ms: number): void {
	connection.exec(`pragma busy_timeout = ${ms}`);
}

/**
 * Creates the file; nobody but its owner may read it, nor the log beside it, which SQLite makes with the same rights. One that
 * is there is not opened: to close it again would end the locks that other connections of this process hold on it (POSIX `fcntl`).
 */
function keepToOwner(file: string): void {
	if (process.platform === "win32") return;
	if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
	for (const name of [file, `${file}-wal`, `${file}-shm`]) {
		const mode = statSync(name, { throwIfNoEntry: false })?.mode ?? 0;
		if ((mode & 0o077) !== 0) chmodSync(name, 0o600);
	}
}

/**
 * Opens (or creates) a database and brings it up to date.
 *
 * @param file path, or `:memory:`
 * @param rootKey 32 bytes
 * @throws ApiStartError `DATABASE_UNAVAILABLE`, `ROOT_KEY_MISMATCH`
 */
export async function openDatabase(file: string, rootKey: Uint8Array): Promise<Database> {
	let opened: SqliteConnection | undefined;
	try {
		const connection = await connect(file);
		opened = connection;
		const db = new Kysely<Schema>({ dialect: immediateSqlite(connection) });
		const { migrated, vault } = await migrate(db, rootKey);
		waitAtMost(connection, BUSY_TIMEOUT);
		const commits = new GroupCommit(db, connection);
		let closed: Promise<void> | undefined;
		return {
			reads: db,
			migrated,
			vault,
			// A transaction that meets the end of its connection would end the process.
			transaction: async (work, begin = "soon") => {
				if (closed !== undefined) throw new Error("The database is closed");
				return commits.run(work, begin);
			},
			emptyLog: () => db.connection().execute(async () => closed === undefined && emptyLog(connection)),
			externalVersion: dataVersion(connection),
			close: () => {
				closed ??= commits.end().then(() => close(db));
				return closed;
			},
		};
	} catch (cause) {
		opened?.close();
		if (cause instanceof ApiStartError) throw cause;
		throw new ApiStartError("DATABASE_UNAVAILABLE", `The database ${file} cannot be opened.`, cause);
	}
}

function dataVersion(connection: SqliteConnection): () => unknown {
	const statement = connection.prepare("pragma data_version");
	return () => (statement.all() as { data_version: number }[])[0]?.data_version;
}

/** Never waits: requests would wait, too. */
function emptyLog(connection: SqliteConnection): boolean {
	waitAtMost(connection, 0);
	try {
		const [outcome] = connection.prepare("pragma wal_checkpoint(truncate)").all() as { busy: number }[];
		return outcome?.busy === 0;
	} finally {
		waitAtMost(connection, BUSY_TIMEOUT);
	}
}

/** Waits for the running transaction and brings everything into the one file: libsql keeps its log open until the process ends. */
async function close(db: Kysely<Schema>): Promise<void> {
	await sql`pragma wal_checkpoint(truncate)`.execute(db);
	await db.destroy();
}

/** `unavailable` = it may work later (locked, gone), `failed` = this request cannot be carried out. */
export function databaseFailure(error: unknown): "unavailable" | "failed" | undefined {
	const code = resultCode(error);
	if (code === undefined) return undefined;
	return [BUSY, LOCKED, CANTOPEN].includes(code) ? "unavailable" : "failed";
}
