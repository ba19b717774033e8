import type { TestApi } from "@sentc-ts/test-world";
import Sqlite from "libsql";

/** Works on the database file from outside, as another process would. */
export function withDatabase<Result>(
	{ database }: Pick<TestApi, "database">,
	work: (connection: Sqlite.Database) => Result,
): Result {
	const connection = new Sqlite(database);
	try {
		return work(connection);
	} finally {
		connection.close();
	}
}

/** All rows of a table. */
export function rows(server: Pick<TestApi, "database">, table: string): Record<string, unknown>[] {
	const query = (connection: Sqlite.Database) => connection.prepare(`select * from "${table}"`).all([]);
	return withDatabase(server, query) as Record<string, unknown>[];
}
