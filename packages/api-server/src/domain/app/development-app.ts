import { toBase64 } from "../../bytes.js";
import type { DevelopmentAppConfig } from "../../config.js";
import type { Database } from "../../database/database.js";
import { findAppByToken, findDevelopmentApp, updateApp } from "../../database/repositories/apps.js";
import { readSecret } from "../../database/repositories/meta.js";
import { ApiStartError } from "../../errors.js";
import { hashTokens } from "./app.js";
import type { Apps, NewApp } from "./apps.js";

/** Public token of the development app: the one that examples use. */
export const DEVELOPMENT_PUBLIC_TOKEN = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";

/**
 * The app of a first start. Its secret token is a secret of the installation, so it is the same at every start.
 */
export async function openDevelopmentApp(apps: Apps, database: Database, given: DevelopmentAppConfig): Promise<NewApp> {
	const tokens = {
		publicToken: given.publicToken ?? DEVELOPMENT_PUBLIC_TOKEN,
		secretToken: given.secretToken ?? toBase64(await readSecret(database.reads, database.vault, "developmentToken")),
	};
	const hashes = hashTokens(tokens);
	await requireFree(database, Object.values(hashes));
	const app = await findDevelopmentApp(database.reads);
	if (app === undefined)
		return apps.createWith({ name: "development", tokens, development: true, files: { storage: "own" } });
	await database.transaction((db) => updateApp(db, app.id, hashes));
	const [key] = await apps.listJwtKeys(app.id);
	if (key === undefined) throw new Error("The development app has no JWT key");
	return { appId: app.id, ...tokens, jwtKeyId: key.id, jwtVerifyKey: key.verifyKey };
}

async function requireFree(database: Database, tokenHashes: readonly string[]): Promise<void> {
	if (new Set(tokenHashes).size < tokenHashes.length) {
		throw new ApiStartError("CONFIG_INVALID", "The two tokens of the development app must differ.");
	}
	for (const tokenHash of tokenHashes) {
		const owner = await findAppByToken(database.reads, tokenHash);
		if (owner?.development === 0) {
			throw new ApiStartError("CONFIG_INVALID", `The development app cannot have a token of the app ${owner.id}.`);
		}
	}
}
