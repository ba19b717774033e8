import { type Compilable, type CompiledQuery, type Expression, type QueryResult, sql } from "kysely";
import { Lru } from "../lru.js";
import type { Reads } from "./database.js";

// Building a statement and its text takes kysely longer than SQLite takes to run it. So those that requests need are built once, with
// slots where their values go.

/** Texts of one statement that are kept: one for each set of values that may be left out, and for each length of a list. */
const KEPT_TEXTS = 8;

/** Where a statement gets a value. */
export type Slot<Value> = Expression<Value>;
/** The same for each value of a row. */
export type Slots<Row> = { readonly [Column in keyof Row]: Slot<Exclude<Row[Column], undefined>> };

/** What fills a slot, the slots of a row, or a list of those; what is `undefined` is left out of the statement. */
type Filling<Given> =
	Given extends Expression<infer Value>
		? Value
		: Given extends undefined
			? undefined
			: { readonly [Name in keyof Given]: Filling<Given[Name]> };
type Fillings<Given extends readonly unknown[]> = { [Index in keyof Given]: Filling<Given[Index]> };

type Build<Db, Given extends readonly unknown[], Row> = (db: Db, ...given: Given) => Compilable<Row>;
type Statement<Db, Given extends readonly unknown[], Result> = (db: Db, ...values: Fillings<Given>) => Promise<Result>;

/** A statement that answers rows. */
export function prepareAll<Db extends Reads, Given extends readonly unknown[], Row>(
	build: Build<Db, Given, Row>,
): Statement<Db, Given, Row[]> {
	const run = prepare(build);
	return async (db, ...values) => (await run(db, values)).rows;
}

/** A statement of whose rows the first one counts. */
export function prepareFirst<Db extends Reads, Given extends readonly unknown[], Row>(
	build: Build<Db, Given, Row>,
): Statement<Db, Given, Row | undefined> {
	const run = prepare(build);
	return async (db, ...values) => (await run(db, values)).rows[0];
}

/** A statement that writes; it answers how many rows it has written. */
export function prepareWrite<Db extends Reads, Given extends readonly unknown[]>(
	build: Build<Db, Given, unknown>,
): Statement<Db, Given, number> {
	const run = prepare(build);
	return async (db, ...values) => Number((await run(db, values)).numAffectedRows ?? 0);
}

type Path = readonly (string | number)[];

/** Stands in a statement's parameters for the value that is found by its path among those that are given. */
class Place {
	readonly path: Path;

	constructor(path: Path) {
		this.path = path;
	}

	valueIn(values: readonly unknown[]): unknown {
		let value: unknown = values;
		for (const step of this.path) value = (value as Readonly<Record<string | number, unknown>>)[step];
		if (value === undefined) throw new TypeError(`A statement lacks ${this.path.join(".")}`);
		return value;
	}
}

function prepare<Db extends Reads, Given extends readonly unknown[], Row>(
	build: Build<Db, Given, Row>,
): (db: Db, values: readonly unknown[]) => Promise<QueryResult<Row>> {
	const texts = new Lru<CompiledQuery<Row>>(KEPT_TEXTS);
	return (db, values) => {
		const form = values.map(formOf).join();
		let kept = texts.get(form);
		if (kept === undefined) {
			kept = build(db, ...(values.map((value, at) => slotsFor(value, [at])) as never)).compile();
			texts.set(form, kept);
		}
		const parameters = kept.parameters.map((value) => (value instanceof Place ? value.valueIn(values) : value));
		return db.executeQuery({ ...kept, parameters });
	};
}

/** What the text of a statement depends on. */
function formOf(value: unknown): string {
	if (value === undefined) return "-";
	if (typeof value !== "object" || value === null) return "";
	if (Array.isArray(value)) return `${value.length} ${formOf(value[0])}`;
	let columns = "";
	for (const [name, column] of Object.entries(value)) columns += column === undefined ? "" : ` ${name}`;
	return columns;
}

function slotsFor(value: unknown, path: Path): unknown {
	if (value === undefined) return undefined;
	if (Array.isArray(value)) return value.map((item, at) => slotsFor(item, [...path, at]));
	if (typeof value !== "object" || value === null) return sql`${new Place(path)}`;
	const columns = Object.entries(value).map(([name, column]) => [name, slotsFor(column, [...path, name])]);
	return Object.fromEntries(columns);
}
