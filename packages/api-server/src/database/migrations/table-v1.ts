// Frozen, as the released migrations that use it are: never edit it. A migration that needs more gets a helper of its own.
import type { Kysely } from "kysely";

/** Columns of a new table. */
export interface Table {
	/** Columns of the primary key. */
	key: readonly string[];
	text: readonly string[];
	integer?: readonly string[];
	/** Text columns that may be null. */
	nullable?: readonly string[];
	/** Columns that refer to the id of another table; the row goes with the row it refers to. */
	owner?: Readonly<Record<string, string>>;
	unique?: readonly (readonly string[])[];
	index?: readonly (readonly string[])[];
}

/** Creates a table that refers to existing ones (or itself) only. */
export async function createTable(db: Kysely<unknown>, name: string, table: Table): Promise<void> {
	let create = db.schema.createTable(name).addPrimaryKeyConstraint(`${name}Key`, [...table.key] as never[]);
	const columns = [
		...table.text.map((column) => [column, "text", true] as const),
		...(table.integer ?? []).map((column) => [column, "integer", true] as const),
		...(table.nullable ?? []).map((column) => [column, "text", false] as const),
	];
	for (const [column, type, required] of columns) {
		const owner = table.owner?.[column];
		create = create.addColumn(column, type === "integer" ? "bigint" : type, (definition) => {
			const owned = owner === undefined ? definition : definition.references(`${owner}.id`).onDelete("cascade");
			return required ? owned.notNull() : owned;
		});
	}
	await create.execute();
	for (const columns of table.unique ?? []) {
		await db.schema
			.createIndex(`${name}_${columns.join("_")}`)
			.on(name)
			.columns([...columns])
			.unique()
			.execute();
	}
	for (const columns of table.index ?? []) {
		await db.schema
			.createIndex(`${name}_${columns.join("_")}`)
			.on(name)
			.columns([...columns])
			.execute();
	}
}
