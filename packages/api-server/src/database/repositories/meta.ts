import type { Writes } from "../database.js";

/** Stores a fact unless it is known already, and returns the stored value. */
export async function rememberFact(db: Writes, name: string, value: string): Promise<string> {
	await db
		.insertInto("meta")
		.values({ name, value })
		.onConflict((conflict) => conflict.column("name").doNothing())
		.execute();
	const row = await db.selectFrom("meta").select("value").where("name", "=", name).executeTakeFirstOrThrow();
	return row.value;
}
