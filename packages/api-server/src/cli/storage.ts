import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { type Database, openDatabase } from "../database/database.js";
import { ApiStartError } from "../errors.js";
import { loadRootKey, parseRootKey } from "../root-key.js";
import type { Run, Settings } from "./arguments.js";

const IN_MEMORY = ":memory:";

/** `existing` = the command makes no sense without a database; `new` = it may create one. */
export type Storage = "existing" | "new";

/** Does work on the database of the installation, beside a running server or without one. */
export async function withDatabase<Result>(
	settings: Settings,
	storage: Storage,
	work: (database: Database, rootKey: Uint8Array) => Promise<Result>,
): Promise<Result> {
	const rootKey = prepareStorage(settings, storage);
	const database = await openDatabase(settings.database, rootKey);
	try {
		return await work(database, rootKey);
	} finally {
		await database.close();
	}
}

/** Opening a database brings its tables up to date. */
export const migrate: Run = async function* (settings) {
	const database = await openDatabase(settings.database, prepareStorage(settings, "new"));
	yield { database: settings.database, migrated: database.migrated };
	await database.close();
};

/** Checks that the database is one that outlives the command, and reads the root key. */
function prepareStorage(settings: Settings, storage: Storage): Uint8Array {
	const { database } = settings;
	if (database === IN_MEMORY) {
		throw new ApiStartError("CONFIG_INVALID", "A database in memory ends with its process: only serve can use it.");
	}
	if (storage === "existing" && !existsSync(database)) {
		throw new ApiStartError("DATABASE_UNAVAILABLE", `There is no database ${database}.`);
	}
	return rootKeyOf(settings);
}

/** Reads the root key, or creates it for a new database, and makes the folder of that. */
export function rootKeyOf({ database, "root-key-file": file }: Settings): Uint8Array {
	const text = process.env["SENTC_ROOT_KEY"];
	const rootKey = text ? parseRootKey(text, "SENTC_ROOT_KEY") : loadRootKey({ file, database });
	try {
		if (database !== IN_MEMORY) mkdirSync(dirname(database), { recursive: true, mode: 0o700 });
	} catch (cause) {
		throw new ApiStartError("DATABASE_UNAVAILABLE", `The folder of the database ${database} cannot be made.`, cause);
	}
	return rootKey;
}
