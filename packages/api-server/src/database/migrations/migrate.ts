import { type Kysely, type Migration, type MigrationResultSet, Migrator } from "kysely";
import type { Vault } from "../../vault.js";
import { openVault } from "../data-key.js";
import type { Schema } from "../schema.js";
import { initial } from "./0001-initial.js";
import { wholeUser } from "./0002-whole-user.js";
import { sessionLifetime } from "./0003-session-lifetime.js";
import { sealedValues, sealValues } from "./0004-sealed-values.js";

/** Values are sealed after this migration and before any later one. */
const SEALED_VALUES = "0004-sealed-values";

/** By name, in order. A released one is never edited: see `frozen.sha256`. */
const migrations = (rootKey: Uint8Array): Readonly<Record<string, Migration>> => ({
	"0001-initial": initial,
	"0002-whole-user": wholeUser,
	"0003-session-lifetime": sessionLifetime,
	[SEALED_VALUES]: sealedValues(rootKey),
});

/**
 * Brings the database up to date; returns the names of the migrations that ran, and the vault that the root key opens.
 *
 * @throws ApiStartError `ROOT_KEY_MISMATCH`, before anything is changed
 */
export async function migrate(db: Kysely<Schema>, rootKey: Uint8Array): Promise<{ migrated: string[]; vault: Vault }> {
	const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations(rootKey) } });
	const known = await migrator.getMigrations();
	const sealed = known.some(({ name, executedAt }) => name === SEALED_VALUES && executedAt !== undefined);
	// With one that has run, this would take back those after it.
	const first = sealed ? [] : namesOf(await migrator.migrateTo(SEALED_VALUES));
	const vault = await openVault(db, rootKey);
	await sealValues(db as Kysely<unknown>, vault, rootKey);
	return { migrated: [...first, ...namesOf(await migrator.migrateToLatest())], vault };
}

function namesOf({ error, results }: MigrationResultSet): string[] {
	if (error !== undefined) throw error;
	return (results ?? []).map((result) => result.migrationName);
}
