import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase, type Reads, type Writes } from "../../src/database/database.js";
import { prepareAll, prepareFirst, prepareWrite, type Slot, type Slots } from "../../src/database/prepared.js";
import { generateRootKey } from "../../src/root-key.js";

interface Fact {
	name: string;
	value: string;
}

const insert = prepareWrite((db: Writes, facts: readonly Slots<Fact>[]) => db.insertInto("meta").values(facts));

const change = prepareWrite((db: Writes, name: Slot<string>, changes: Slots<Partial<Fact>>) =>
	db.updateTable("meta").set(changes).where("name", "=", name),
);

const find = prepareFirst((db: Reads, name: Slot<string>) =>
	db.selectFrom("meta").selectAll().where("name", "=", name).where("value", "!=", "hidden"),
);

const list = prepareAll((db: Reads, names: readonly Slot<string>[], after?: Slot<string> | undefined) => {
	const all = db.selectFrom("meta").select("name").where("name", "in", names).orderBy("name");
	return after === undefined ? all : all.where("name", ">", after);
});

async function facts(...names: readonly string[]) {
	const database = await openDatabase(":memory:", generateRootKey());
	onTestFinished(() => database.close());
	await database.transaction((db) =>
		insert(
			db,
			names.map((name) => ({ name, value: `of ${name}` })),
		),
	);
	return database;
}

describe("a statement that is built once", () => {
	it("gets the values of each call, beside those that it always has", async () => {
		const { reads, transaction } = await facts("a", "b");
		expect(await find(reads, "a")).toEqual({ name: "a", value: "of a" });
		expect(await find(reads, "b")).toEqual({ name: "b", value: "of b" });
		expect(await find(reads, "c")).toBeUndefined();
		await transaction((db) => change(db, "a", { value: "hidden" }));
		expect(await find(reads, "a")).toBeUndefined();
	});

	it("has another text for values that are left out, and for lists of another length", async () => {
		const { reads } = await facts("a", "b", "c");
		const names = async (...given: Parameters<typeof list> extends [Reads, ...infer Given] ? Given : never) =>
			(await list(reads, ...given)).map(({ name }) => name);
		expect(await names(["a", "b", "d"])).toEqual(["a", "b"]);
		expect(await names(["a", "b", "c"], "a")).toEqual(["b", "c"]);
		expect(await names(["c"])).toEqual(["c"]);
		expect(await names(["c"], "c")).toEqual([]);
		expect(await names(["a", "b", "c"])).toEqual(["a", "b", "c"]);
	});

	it("writes the columns that a call gives, and no others", async () => {
		const { reads, transaction } = await facts("a", "b");
		const changed = async (name: string, changes: Partial<Fact>) => transaction((db) => change(db, name, changes));
		expect(await changed("a", { value: "1" })).toBe(1);
		expect(await changed("b", { name: "c", value: "2" })).toBe(1);
		expect(await changed("c", { name: "d" })).toBe(1);
		expect(await changed("b", { value: "3" })).toBe(0);
		expect(await find(reads, "a")).toEqual({ name: "a", value: "1" });
		expect(await find(reads, "d")).toEqual({ name: "d", value: "2" });
	});

	it("serves every database", async () => {
		const [one, other] = [await facts("a"), await facts("b")];
		expect(await find(one.reads, "b")).toBeUndefined();
		expect(await find(other.reads, "b")).toEqual({ name: "b", value: "of b" });
	});
});
