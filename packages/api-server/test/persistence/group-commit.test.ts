import { SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase, type Writes } from "../../src/database/database.js";
import { generateRootKey } from "../../src/root-key.js";
import { startOpenApi } from "../hostile/open-api.js";
import { call, expectRefusal, startApi } from "../support/api.js";
import { registerBody } from "../support/client.js";
import { rows } from "../support/database.js";

async function emptyDatabase() {
	const database = await openDatabase(":memory:", generateRootKey());
	onTestFinished(() => database.close());
	const insert = (db: Writes, name: string) => db.insertInto("meta").values({ name, value: "" }).execute();
	const names = async () => {
		const found = await database.reads
			.selectFrom("meta")
			.select("name")
			.where("value", "=", "")
			.orderBy("name")
			.execute();
		return found.map(({ name }) => name);
	};
	return { database, insert, names };
}

describe("transactions that are asked for at once", () => {
	it("are each all or nothing: what fails takes back its own, and nothing of the others", async () => {
		const { database, insert, names } = await emptyDatabase();
		const outcomes = await Promise.allSettled(
			[["a"], ["b", "a"], ["c"], ["d", "d"], ["e"]].map((all) =>
				database.transaction(async (db) => {
					for (const name of all) await insert(db, name);
					return all.length;
				}),
			),
		);
		expect(outcomes.map(({ status }) => status)).toEqual([
			"fulfilled",
			"rejected",
			"fulfilled",
			"rejected",
			"fulfilled",
		]);
		expect(await names()).toEqual(["a", "c", "e"]);
	});

	it("fail alone when the first of them fails", async () => {
		const { database, insert, names } = await emptyDatabase();
		const [first, second] = await Promise.allSettled([
			database.transaction(async (db) => {
				await insert(db, "a");
				throw new Error("No");
			}),
			database.transaction((db) => insert(db, "b")),
		]);
		expect(first).toMatchObject({ reason: new Error("No") });
		expect(second).toMatchObject({ status: "fulfilled" });
		expect(await names()).toEqual(["b"]);
	});

	it("are in the file when they are answered", async () => {
		const server = await startApi();
		const identifiers = Array.from({ length: 20 }, (_, index) => `user ${index}`);
		const answered = identifiers.map(async (identifier) => {
			const answer = await call(server, userRoutes.register, { body: registerBody(identifier) });
			return { answer, seen: rows(server, "users").some(({ id }) => answer.ok && id === answer.result.user_id) };
		});
		for (const { answer, seen } of await Promise.all(answered)) {
			expect(answer).toMatchObject({ ok: true });
			expect(seen).toBe(true);
		}
	});

	it("end one after the other when there are more than share a commit, and before the database is closed", async () => {
		const { database, insert, names } = await emptyDatabase();
		const all = Array.from({ length: 200 }, (_, index) => `${index}`.padStart(3, "0"));
		const found = Promise.all(all.map((name) => database.transaction((db) => insert(db, name)))).then(names);
		expect(await found).toEqual(all);
		const last = database.transaction((db) => insert(db, "last"));
		await database.close();
		await expect(last).resolves.toBeDefined();
	});

	it("are refused together when the disk is full, and work again when there is space", async () => {
		const { server, limitPages, count } = await startOpenApi();
		const register = (identifier: string) => call(server, userRoutes.register, { body: registerBody(identifier) });
		const fill = async (round: number) => {
			const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => register(`${round} ${index}`)));
			for (const answer of answers) if (!answer.ok) await expectRefusal(answer, SERVER_ERRORS.DATABASE_FAILED);
			return answers.filter(({ ok }) => ok).length;
		};
		const [before = 0] = count();
		await limitPages(1);
		let stored = await fill(0);
		stored += await fill(1);
		expect(stored).toBeLessThan(20);
		expect(count()[0]).toBe(before + stored);
		await limitPages(1_000_000);
		expect(await fill(2)).toBe(10);
	});
});
