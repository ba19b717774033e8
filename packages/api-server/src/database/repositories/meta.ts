import { equalBytes, fromBase64, toBase64 } from "../../bytes.js";
import { ApiStartError } from "../../errors.js";
import { deriveSecret } from "../../root-key.js";
import type { Database, Writes } from "../database.js";

/**
 * A database remembers a value derived from its root key: another key could not open what the first one sealed.
 *
 * @throws ApiStartError `ROOT_KEY_MISMATCH`
 */
export async function requireSameRootKey(database: Database, rootKey: Uint8Array): Promise<void> {
	const check = deriveSecret(rootKey, "root key check", 32);
	const stored = await database.transaction((db) => rememberFact(db, "rootKeyCheck", toBase64(check)));
	if (!equalBytes(fromBase64(stored) ?? new Uint8Array(), check)) {
		throw new ApiStartError("ROOT_KEY_MISMATCH", "The database was created with another root key: use that one.");
	}
}

/** Stores a fact about the installation unless it is known already, and returns the stored value. */
async function rememberFact(db: Writes, name: string, value: string): Promise<string> {
	await db
		.insertInto("meta")
		.values({ name, value })
		.onConflict((conflict) => conflict.column("name").doNothing())
		.execute();
	const row = await db.selectFrom("meta").select("value").where("name", "=", name).executeTakeFirstOrThrow();
	return row.value;
}
