import type { Kysely, KyselyPlugin } from "kysely";
import type { Reads } from "../../src/database/database.js";
import type { Schema } from "../../src/database/schema.js";
import { withDatabase } from "./database.js";

interface Query {
	readonly sql: string;
	readonly parameters: readonly unknown[];
}

/** The same database, which also notes every query that is read. */
export function noting(reads: Reads, notes: Query[]): Reads {
	const db = reads as Kysely<Schema>;
	const plugin: KyselyPlugin = {
		transformQuery: ({ node, queryId }) => {
			notes.push(db.getExecutor().compileQuery(node, queryId));
			return node;
		},
		transformResult: async ({ result }) => result,
	};
	return db.withPlugin(plugin);
}

/** How SQLite goes about what was read: each step in words. */
export function plansOf(server: { readonly database: string }, notes: readonly Query[]): string[] {
	const explain = ({ sql, parameters }: Query) =>
		withDatabase(server, (db) => db.prepare(`explain query plan ${sql}`).all([...parameters]) as { detail: string }[]);
	return notes.flatMap(explain).map(({ detail }) => detail);
}
