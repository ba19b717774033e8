import type { OpenConnection } from "./connection.js";
import { nodeSqlite } from "./node-sqlite.js";

/**
 * The SQLite of Node where it is complete and needs no flag (22.16 and later), libsql elsewhere. The environment variable
 * `SENTC_SQLITE` (`node` or `libsql`) asks for one of them. A process must use one for all its connections to a file: two
 * libraries would end each other's locks on it (POSIX `fcntl`).
 */
export async function loadSqlite(): Promise<OpenConnection> {
	const wanted = process.env["SENTC_SQLITE"];
	if (wanted !== "libsql") {
		const open = nodeSqlite();
		if (open !== undefined) return open;
		if (wanted === "node") throw new Error(`Node ${process.versions.node} has no SQLite that can be used.`);
	}
	const { default: Libsql } = await import("libsql");
	return (file) => new Libsql(file);
}
