import { toBase64 } from "../../bytes.js";
import type { Database } from "../../database/database.js";
import { findDevelopmentApp, newestJwtKey, updateApp } from "../../database/repositories/apps.js";
import { deriveSecret } from "../../root-key.js";
import { type Apps, hashToken, type NewApp } from "./apps.js";

/** Public token of the development app: the one that examples use. */
export const DEVELOPMENT_PUBLIC_TOKEN = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";

export interface DevelopmentTokens {
	/** Base64. */
	publicToken?: string | undefined;
	/** Base64. */
	secretToken?: string | undefined;
}

/**
 * The app of a first start. Its secret token comes from the root key, so it is the same at every start without being
 * stored.
 */
export async function openDevelopmentApp(
	apps: Apps,
	database: Database,
	rootKey: Uint8Array,
	tokens: DevelopmentTokens,
): Promise<NewApp> {
	const publicToken = tokens.publicToken ?? DEVELOPMENT_PUBLIC_TOKEN;
	const secretToken = tokens.secretToken ?? toBase64(deriveSecret(rootKey, "development app secret token", 50));
	const app = await findDevelopmentApp(database.reads);
	if (app === undefined) {
		return apps.createWith({ name: "development", publicToken, secretToken, development: true });
	}
	const hashes = { hashedPublicToken: hashToken(publicToken), hashedSecretToken: hashToken(secretToken) };
	await database.transaction((db) => updateApp(db, app.id, hashes));
	const { id, verifyKey } = await newestJwtKey(database.reads, app.id);
	return { appId: app.id, publicToken, secretToken, jwtKeyId: id, jwtVerifyKey: verifyKey };
}
