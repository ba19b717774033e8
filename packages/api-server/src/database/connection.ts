/** A statement that is prepared. */
interface Statement {
	/** Whether it answers rows. */
	readonly reader: boolean;
	all(parameters?: readonly unknown[]): unknown[];
	run(parameters?: readonly unknown[]): { changes: number | bigint; lastInsertRowid: number | bigint };
}

/** One connection to a SQLite database, whatever library it is made by. */
export interface SqliteConnection {
	readonly inTransaction: boolean;
	/** Runs statements that take nothing and answer nothing. */
	exec(sql: string): unknown;
	prepare(sql: string): Statement;
	close(): void;
}

/** Opens a database: a file's path, or `:memory:`. */
export type OpenConnection = (file: string) => SqliteConnection;

/**
 * The SQLite of Node where it is complete and needs no flag (22.16 and later), libsql elsewhere. The environment variable
 * `SENTC_SQLITE` (`node` or `libsql`) asks for one of them. A process must use one for all its connections to a file: two
 * libraries would end each other's locks on it (POSIX `fcntl`).
 */
export async function loadSqlite(): Promise<OpenConnection> {
	const wanted = process.env["SENTC_SQLITE"];
	if (wanted !== "libsql") {
		const { nodeSqlite } = await import("./node-sqlite.js");
		const open = nodeSqlite();
		if (open !== undefined) return open;
		if (wanted === "node") throw new Error(`Node ${process.versions.node} has no SQLite that can be used.`);
	}
	const { default: Libsql } = await import("libsql");
	return (file) => new Libsql(file);
}

/** The primary result code of an error of SQLite: <https://sqlite.org/rescode.html>; `undefined` = another error. */
export function resultCode(error: unknown): number | undefined {
	if (!(error instanceof Error)) return undefined;
	const { name, code, rawCode, errcode } = error as Error & Partial<Record<"code" | "rawCode" | "errcode", unknown>>;
	if (name !== "SqliteError" && code !== "ERR_SQLITE_ERROR") return undefined;
	return Number(rawCode ?? errcode ?? 1) & 0xff;
}
