import { type Kysely, type Migration, Migrator, sql } from "kysely";
import type { Vault } from "../../vault.js";
import { openVault } from "../data-key.js";
import type { Schema } from "../schema.js";
import { initial } from "./0001-initial.js";
import { wholeUser } from "./0002-whole-user.js";
import { sessionLifetime } from "./0003-session-lifetime.js";
import { holdsValuesInClear, sealedValues, sealValues } from "./0004-sealed-values.js";
import { waitingDevices } from "./0005-waiting-devices.js";
import { sessions } from "./0006-sessions.js";
import { groups } from "./0007-groups.js";
import { files } from "./0008-files.js";
import { contentKeys } from "./0009-content-keys.js";
import { membershipOrder } from "./0010-membership-order.js";

/** How long a process waits for another one that brings the database up to date, ms. */
const PATIENCE = 30_000;

/** By name, in order. A released one is never edited: see `frozen.sha256`. */
const migrationsToSealing = (rootKey: Uint8Array): Readonly<Record<string, Migration>> => ({
	"0001-initial": initial,
	"0002-whole-user": wholeUser,
	"0003-session-lifetime": sessionLifetime,
	"0004-sealed-values": sealedValues(rootKey),
	"0005-waiting-devices": waitingDevices,
});

/** Those that find all values sealed. */
const migrationsAfterSealing: Readonly<Record<string, Migration>> = {
	"0006-sessions": sessions,
	"0007-groups": groups,
	"0008-files": files,
	"0009-content-keys": contentKeys,
	"0010-membership-order": membershipOrder,
};

/**
 * Brings the database up to date; returns the names of the migrations that ran, and the vault that the root key opens.
 *
 * @throws ApiStartError `ROOT_KEY_MISMATCH`, before anything is changed
 */
export async function migrate(db: Kysely<Schema>, rootKey: Uint8Array): Promise<{ migrated: string[]; vault: Vault }> {
	const tables = db as Kysely<unknown>;
	const toSealing = migrationsToSealing(rootKey);
	const all = migratorOf(db, { ...toSealing, ...migrationsAfterSealing });
	const pending = await namesOfPending(all);
	if (pending.length > 0 || (await holdsValuesInClear(tables)))
		await sql`pragma busy_timeout = ${sql.lit(PATIENCE)}`.execute(db);
	const isToSealing = (name: string): boolean => name in toSealing;
	const migrated = pending.some(isToSealing)
		? await run(migratorOf(db, toSealing)).catch(async (error: unknown) => {
				// Another process may have gone on to those after sealing, which this migrator does not know.
				if ((await namesOfPending(all)).some(isToSealing)) throw error;
				return [];
			})
		: [];
	const vault = await openVault(db, rootKey);
	if (await holdsValuesInClear(tables)) await sealValues(tables, vault, rootKey);
	return { migrated: [...migrated, ...(await run(all))], vault };
}

function migratorOf(db: Kysely<Schema>, migrations: Readonly<Record<string, Migration>>): Migrator {
	return new Migrator({ db, provider: { getMigrations: async () => migrations } });
}

async function namesOfPending(migrator: Migrator): Promise<string[]> {
	const migrations = await migrator.getMigrations();
	return migrations.filter(({ executedAt }) => executedAt === undefined).map(({ name }) => name);
}

async function run(migrator: Migrator): Promise<string[]> {
	const { error, results } = await migrator.migrateToLatest();
	if (error !== undefined) throw error;
	return (results ?? []).map((result) => result.migrationName);
}
