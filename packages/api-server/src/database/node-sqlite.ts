import type { OpenConnection, SqliteConnection } from "./connection.js";

// What is used of `node:sqlite`: the types of the oldest Node that is supported don't know it.

interface NodeStatement {
	all(...parameters: readonly unknown[]): unknown[];
	run(...parameters: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
	columns(): readonly unknown[];
}

interface NodeDatabase {
	readonly isTransaction: boolean;
	exec(sql: string): void;
	prepare(sql: string): NodeStatement;
	close(): void;
}

interface NodeSqlite {
	readonly DatabaseSync: new (file: string) => NodeDatabase;
}

/**
 * `undefined` where there is none. Some versions of Node warn whoever loads it that it may change, which the people who run
 * the server can do nothing about; nothing else happens while it loads.
 */
function load(): NodeSqlite | undefined {
	const { emitWarning } = process;
	process.emitWarning = () => undefined;
	try {
		return process.getBuiltinModule("node:sqlite") as NodeSqlite | undefined;
	} finally {
		process.emitWarning = emitWarning;
	}
}

/** `undefined` where Node has none, or one of the first, which lack a part of what is used. */
export function nodeSqlite(): OpenConnection | undefined {
	const sqlite = load();
	if (sqlite === undefined || !isComplete(sqlite)) return undefined;
	return (file) => connectionTo(new sqlite.DatabaseSync(file));
}

function isComplete({ DatabaseSync }: NodeSqlite): boolean {
	const database = new DatabaseSync(":memory:");
	const complete = "isTransaction" in database && "columns" in database.prepare("select 1");
	database.close();
	return complete;
}

function connectionTo(database: NodeDatabase): SqliteConnection {
	return {
		get inTransaction() {
			return database.isTransaction;
		},
		exec: (sql) => database.exec(sql),
		prepare(sql) {
			const statement = database.prepare(sql);
			return {
				reader: statement.columns().length > 0,
				all: (parameters = []) => statement.all(...parameters),
				run: (parameters = []) => statement.run(...parameters),
			};
		},
		close: () => database.close(),
	};
}
