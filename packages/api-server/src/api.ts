import { createCrypto } from "@sentc-ts/core-crypto";
import { equalBytes, fromBase64, toBase64 } from "./bytes.js";
import { type ApiConfig, requireValidConfig } from "./config.js";
import { type Database, openDatabase } from "./database/database.js";
import { rememberFact } from "./database/repositories/meta.js";
import { AppDirectory } from "./domain/app/access.js";
import { Apps, type NewApp } from "./domain/app/apps.js";
import { openDevelopmentApp } from "./domain/app/development-app.js";
import { JwtKeys } from "./domain/jwt/keys.js";
import type { Services } from "./domain/services.js";
import { ApiStartError } from "./errors.js";
import { createHttpApp } from "./http/app.js";
import { createIds } from "./ids.js";
import { deriveSecret } from "./root-key.js";
import { createVault } from "./vault.js";

/** A running API without a socket. */
export interface Api {
	/** Answers one request; never rejects. */
	fetch(request: Request): Promise<Response>;
	readonly apps: Omit<Apps, "createWith">;
	/** The app of a first start, if the configuration asks for it. */
	readonly developmentApp?: NewApp;
	/** Closes the database. */
	close(): Promise<void>;
}

/**
 * Opens the database and builds the API on it.
 *
 * @throws ApiStartError `CONFIG_INVALID`, `ROOT_KEY_INVALID`, `DATABASE_UNAVAILABLE`, `ROOT_KEY_MISMATCH`
 */
export async function createApi(config: ApiConfig): Promise<Api> {
	requireValidConfig(config);
	const database = await openDatabase(config.database);
	try {
		return await buildApi(database, config);
	} catch (error) {
		await database.close();
		throw error;
	}
}

/** {@link createApi} on a database that is open already. */
export async function buildApi(database: Database, config: Omit<ApiConfig, "database">): Promise<Api> {
	const { rootKey, developmentApp = false, now = Date.now, onError = console.error } = config;
	await requireSameRootKey(database, rootKey);
	const crypto = createCrypto();
	const newId = createIds(now);
	const jwtKeys = new JwtKeys({ database, vault: createVault(crypto, rootKey), newId, now });
	const directory = new AppDirectory(database, developmentApp !== false);
	const apps = new Apps({ database, directory, jwtKeys, newId, now });
	const fakeSaltSecret = deriveSecret(rootKey, "fake salt", 32);
	const services: Services = { directory, crypto, database, fakeSaltSecret, jwtKeys, newId, now };
	const tokens = developmentApp === true ? {} : developmentApp;
	return {
		fetch: createHttpApp(services, onError),
		apps,
		...(tokens && { developmentApp: await openDevelopmentApp(apps, database, rootKey, tokens) }),
		close: () => database.close(),
	};
}

/** A database remembers a value derived from its root key: another key could not open what the first one sealed. */
async function requireSameRootKey(database: Database, rootKey: Uint8Array): Promise<void> {
	const check = deriveSecret(rootKey, "root key check", 32);
	const stored = await database.transaction((db) => rememberFact(db, "rootKeyCheck", toBase64(check)));
	if (!equalBytes(fromBase64(stored) ?? new Uint8Array(), check)) {
		throw new ApiStartError("ROOT_KEY_MISMATCH", "The database was created with another root key: use that one.");
	}
}
