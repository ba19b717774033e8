import { createCrypto, type SyncCrypto } from "@sentc-ts/core-crypto";
import type { Database } from "./database/database.js";
import { AppDirectory } from "./domain/app/access.js";
import { Apps } from "./domain/app/apps.js";
import { JwtKeys } from "./domain/jwt/keys.js";
import { createIds } from "./ids.js";

/** What stands on a database, whether requests are answered or not. */
export interface Installation {
	readonly apps: Apps;
	readonly crypto: SyncCrypto;
	readonly directory: AppDirectory;
	readonly jwtKeys: JwtKeys;
	readonly newId: () => string;
}

interface InstallationOptions {
	/** Whether the tokens of the development app work. */
	readonly development: boolean;
	/** The clock, ms. */
	readonly now: () => number;
}

export function openInstallation(database: Database, { development, now }: InstallationOptions): Installation {
	const crypto = createCrypto();
	const newId = createIds(now);
	const jwtKeys = new JwtKeys({ database, newId, now });
	const directory = new AppDirectory(database, development);
	const apps = new Apps({ database, directory, jwtKeys, newId, now });
	return { apps, crypto, directory, jwtKeys, newId };
}
