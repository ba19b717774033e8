import type { TestApi } from "@sentc-ts/test-world";
import type { SqliteConnection } from "../../src/database/connection.js";
import { loadSqlite } from "../../src/database/sqlite.js";

/** Opens a database file beside the API that uses it, by the same library: two would end each other's locks. */
export const openFile = await loadSqlite();

/** Works on the database file from outside, as another process would. */
export function withDatabase<Result>(
	{ database }: Pick<TestApi, "database">,
	work: (connection: SqliteConnection) => Result,
): Result {
	const connection = openFile(database);
	try {
		connection.exec("pragma busy_timeout = 2000");
		return work(connection);
	} finally {
		connection.close();
	}
}

/** All rows of a table. */
export function rows(server: Pick<TestApi, "database">, table: string): Record<string, unknown>[] {
	const query = (connection: SqliteConnection) => connection.prepare(`select * from "${table}"`).all([]);
	return withDatabase(server, query) as Record<string, unknown>[];
}
