import { type Kysely, type Migration, Migrator } from "kysely";
import type { Schema } from "../schema.js";
import { initial } from "./0001-initial.js";
import { wholeUser } from "./0002-whole-user.js";
import { sessionLifetime } from "./0003-session-lifetime.js";
import { waitingDevices } from "./0005-waiting-devices.js";

/** By name, in order. A released one is never edited: see `frozen.sha256`. */
const migrations: Readonly<Record<string, Migration>> = {
	"0001-initial": initial,
	"0002-whole-user": wholeUser,
	"0003-session-lifetime": sessionLifetime,
	"0005-waiting-devices": waitingDevices,
};

/** Brings the tables up to date and returns the names of the migrations that ran. */
export async function migrate(db: Kysely<Schema>): Promise<string[]> {
	const provider = { getMigrations: async () => migrations };
	const { error, results } = await new Migrator({ db, provider }).migrateToLatest();
	if (error !== undefined) throw error;
	return (results ?? []).map((result) => result.migrationName);
}
