import { join } from "node:path";
import { Clock, type TestApi } from "@sentc-ts/test-world";
import { sql } from "kysely";
import { onTestFinished } from "vitest";
import { buildApi } from "../../src/api.js";
import { openDatabase } from "../../src/database/database.js";
import { generateRootKey } from "../../src/index.js";
import { temporaryFolder } from "../support/api.js";
import { rows } from "../support/database.js";

const TABLES = ["users", "devices", "groups", "groupKeys", "members", "wrappedKeys", "searchKeys"];

/** An API whose database connection the test can reach; collects the faults it reports. */
export async function startOpenApi() {
	const database = join(temporaryFolder(), "sentc.db");
	const rootKey = generateRootKey();
	const clock = Clock.standing();
	const faults: unknown[] = [];
	const connection = await openDatabase(database, rootKey);
	const api = await buildApi(connection, { now: clock.now, onError: (fault) => faults.push(fault) });
	onTestFinished(() => api.close());
	const server: TestApi = {
		api,
		app: await api.apps.create({ options: { user_register: 1 } }),
		clock,
		database,
		rootKey,
		close: api.close,
	};
	const count = () => TABLES.map((table) => rows(server, table).length);
	const limitPages = (pages: number) =>
		connection.transaction((db) => sql.raw(`pragma max_page_count = ${pages}`).execute(db));
	return { server, faults, limitPages, count };
}
