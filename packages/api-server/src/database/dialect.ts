import {
	type DatabaseConnection,
	type Driver,
	SqliteAdapter,
	type SqliteDatabase,
	SqliteDialect,
	SqliteDriver,
} from "kysely";

/** What this dialect needs beyond kysely's own. */
export interface SqliteConnection extends SqliteDatabase {
	readonly inTransaction: boolean;
	exec(sql: string): unknown;
}

class Adapter extends SqliteAdapter {
	/** SQLite can undo a half-done migration; kysely leaves that out of its own adapter. */
	override get supportsTransactionalDdl(): boolean {
		return true;
	}
}

class ImmediateDriver extends SqliteDriver {
	readonly #database: SqliteConnection;

	constructor(database: SqliteConnection) {
		super({ database });
		this.#database = database;
	}

	/**
	 * Takes the write lock at once: a transaction that reads first would fail, not wait, when it comes to write.
	 * Not as a prepared statement: libsql leaves one open that found the database locked, and nothing commits after that.
	 */
	override async beginTransaction(): Promise<void> {
		this.#database.exec("begin immediate");
	}

	/** A full disk makes SQLite end the transaction by itself; a rollback would then hide the cause. */
	override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
		if (this.#database.inTransaction) await super.rollbackTransaction(connection);
	}
}

/** kysely's SQLite dialect over any connection that works like better-sqlite3. */
export class ImmediateSqliteDialect extends SqliteDialect {
	readonly #database: SqliteConnection;

	constructor(database: SqliteConnection) {
		super({ database });
		this.#database = database;
	}

	override createDriver(): Driver {
		return new ImmediateDriver(this.#database);
	}

	override createAdapter(): SqliteAdapter {
		return new Adapter();
	}
}
