import { setImmediate as nextTurn } from "node:timers/promises";
import type { Kysely, Transaction } from "kysely";
import type { SqliteConnection } from "./connection.js";
import type { Schema } from "./schema.js";

/** Transactions that share a commit at most: other processes wait for all of them. */
const AT_ONCE = 64;

export type Begin = "soon" | "now";

interface Waiting {
	/** All or nothing; answers how it went, to be told after the commit. */
	readonly work: (db: Transaction<Schema>) => Promise<() => void>;
	readonly reject: (error: unknown) => void;
}

/**
 * Group commit: transactions that are asked for at the same time share one. To commit is most of what a small one costs, in
 * which the process waits for the disk. Each is still all or nothing by itself, and is answered when it is on the disk.
 */
export class GroupCommit {
	readonly #db: Kysely<Schema>;
	readonly #connection: SqliteConnection;
	readonly #waiting: Waiting[] = [];
	#running: Promise<void> | undefined;

	/** @param connection that of `db` */
	constructor(db: Kysely<Schema>, connection: SqliteConnection) {
		this.#db = db;
		this.#connection = connection;
	}

	/** @param begin `soon` = with what else is asked for in this turn of the event loop, `now` = without waiting for that */
	run<Result>(work: (db: Transaction<Schema>) => Promise<Result>, begin: Begin): Promise<Result> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({
				work: async (db) => {
					const result = await work(db);
					return () => resolve(result);
				},
				reject,
			});
			this.#running ??= this.#runAll(begin);
		});
	}

	/** When nothing runs or waits. */
	async end(): Promise<void> {
		await this.#running;
	}

	async #runAll(begin: Begin): Promise<void> {
		// Reads are not kept waiting meanwhile.
		if (begin === "soon") await nextTurn();
		for (let first = this.#waiting.shift(); first !== undefined; first = this.#waiting.shift()) {
			await this.#runGroup(first);
		}
		this.#running = undefined;
	}

	async #runGroup(first: Waiting): Promise<void> {
		const group = [first];
		try {
			const answers = await this.#db.transaction().execute(async (db) => {
				// Nothing is before it that its failure could harm.
				const given = [await first.work(db)];
				while (group.length < AT_ONCE) {
					const next = this.#waiting.shift();
					if (next === undefined) break;
					group.push(next);
					given.push(await this.#within(db, next));
				}
				return given;
			});
			for (const answer of answers) answer();
		} catch (error) {
			for (const { reject } of group) reject(error);
		}
	}

	/** All or nothing, beside what the transaction did before. */
	async #within(db: Transaction<Schema>, { work, reject }: Waiting): Promise<() => void> {
		this.#connection.exec("savepoint one");
		try {
			const answer = await work(db);
			this.#connection.exec("release one");
			return answer;
		} catch (error) {
			// SQLite has ended all of it, as it does when the disk is full.
			if (!this.#connection.inTransaction) throw error;
			this.#connection.exec("rollback to one");
			this.#connection.exec("release one");
			return () => reject(error);
		}
	}
}
