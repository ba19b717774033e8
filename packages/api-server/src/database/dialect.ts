import { setTimeout as sleep } from "node:timers/promises";
import {
	type DatabaseConnection,
	type Dialect,
	SqliteAdapter,
	type SqliteDatabase,
	SqliteDriver,
	SqliteIntrospector,
	SqliteQueryCompiler,
	type SqliteStatement,
} from "kysely";
import { Lru } from "../lru.js";
import { BUSY, resultCode, type SqliteConnection } from "./connection.js";

/** How long a transaction waits for somebody else who holds the database, ms. */
const PATIENCE = 1000;
/** Between two attempts, ms. */
const PAUSE = 5;
/** How many statements stay prepared: more than a server has, but for those whose text depends on the length of a list. */
const KEPT_STATEMENTS = 300;

class Adapter extends SqliteAdapter {
	/** SQLite can undo a half-done migration; kysely leaves that out of its own adapter. */
	override get supportsTransactionalDdl(): boolean {
		return true;
	}
}

/** Prepares each statement once, and keeps it by its text. */
class KeptStatements implements SqliteDatabase {
	readonly #connection: SqliteConnection;
	readonly #kept = new Lru<SqliteStatement>(KEPT_STATEMENTS);

	constructor(connection: SqliteConnection) {
		this.#connection = connection;
	}

	prepare(sql: string): SqliteStatement {
		const kept = this.#kept.get(sql);
		if (kept !== undefined) return kept;
		const statement = this.#prepare(sql);
		this.#kept.set(sql, statement);
		return statement;
	}

	#prepare(sql: string): SqliteStatement {
		const statement = this.#connection.prepare(sql);
		return {
			// libsql looks it up each time.
			reader: statement.reader,
			all: (parameters) => this.#orForget(sql, () => statement.all(parameters)),
			run: (parameters) => this.#orForget(sql, () => statement.run(parameters)),
			iterate() {
				throw new Error("Rows are not streamed.");
			},
		};
	}

	/** libsql leaves a statement open that has failed. */
	#orForget<Result>(sql: string, work: () => Result): Result {
		try {
			return work();
		} catch (error) {
			this.#kept.delete(sql);
			throw error;
		}
	}

	close(): void {
		this.#kept.clear();
		this.#connection.close();
	}
}

class ImmediateDriver extends SqliteDriver {
	readonly #connection: SqliteConnection;

	constructor(connection: SqliteConnection) {
		super({ database: new KeptStatements(connection) });
		this.#connection = connection;
	}

	/**
	 * Takes the write lock at once: a transaction that reads first would fail, not wait, when it comes to write.
	 * Not as a prepared statement: libsql leaves one open that found the database locked, and nothing commits after that.
	 */
	override async beginTransaction(): Promise<void> {
		const end = performance.now() + PATIENCE;
		for (;;) {
			try {
				this.#connection.exec("begin immediate");
				return;
			} catch (error) {
				if (resultCode(error) !== BUSY || performance.now() > end) throw error;
			}
			// Who holds the database may be another connection of this process.
			await sleep(PAUSE);
		}
	}

	/** A full disk makes SQLite end the transaction by itself; a rollback would then hide the cause. */
	override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
		if (this.#connection.inTransaction) await super.rollbackTransaction(connection);
	}
}

/** kysely's SQLite dialect over a connection that is open. */
export const immediateSqlite = (connection: SqliteConnection): Dialect => ({
	createAdapter: () => new Adapter(),
	createDriver: () => new ImmediateDriver(connection),
	createIntrospector: (db) => new SqliteIntrospector(db),
	createQueryCompiler: () => new SqliteQueryCompiler(),
});
