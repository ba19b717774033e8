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

/** The primary result code for a lock that somebody else has. */
export const BUSY = 5;

/** The primary result code of an error of SQLite: <https://sqlite.org/rescode.html>; `undefined` = another error. */
export function resultCode(error: unknown): number | undefined {
	if (!(error instanceof Error)) return undefined;
	const { name, code, rawCode, errcode } = error as Error & Partial<Record<"code" | "rawCode" | "errcode", unknown>>;
	if (name !== "SqliteError" && code !== "ERR_SQLITE_ERROR") return undefined;
	return Number(rawCode ?? errcode ?? 1) & 0xff;
}
