import { randomBytes } from "node:crypto";
import { toBase64 } from "../../bytes.js";
import type { Database, Reads } from "../../database/database.js";
import { type AppRow, findApp, insertApp, listApps, updateApp } from "../../database/repositories/apps.js";
import { AppAdminError } from "../../errors.js";
import type { JwtKey, JwtKeys } from "../jwt/keys.js";
import type { AppDirectory } from "./access.js";
import {
	type App,
	type AppOptions,
	type AppTokens,
	DEFAULT_APP_OPTIONS,
	hashTokens,
	requireOptions,
	toApp,
} from "./app.js";

/** An app with its two tokens, which are shown only once. */
export interface NewApp extends AppTokens {
	readonly appId: string;
	/** Goes into JWTs as `kid`. */
	readonly jwtKeyId: string;
	/** Base64 of the 97 bytes of the uncompressed P-384 point. */
	readonly jwtVerifyKey: string;
}

export interface AppInput {
	name?: string;
	/** Options that differ from the default ones (when the app is created) or change. */
	options?: Partial<AppOptions>;
}

export interface AppChanges extends AppInput {
	/** `true` = every request is refused. */
	disabled?: boolean;
}

interface AppsOptions {
	readonly database: Database;
	readonly directory: AppDirectory;
	readonly jwtKeys: JwtKeys;
	readonly newId: () => string;
	readonly now: () => number;
}

/** The apps of this installation and how an operator changes them. What changes counts from the next request on. */
export class Apps {
	readonly #options: AppsOptions;

	constructor(options: AppsOptions) {
		this.#options = options;
	}

	/**
	 * Creates an app with random tokens and a key pair for its JWTs (protocol/server-model §3.1).
	 *
	 * @throws AppAdminError `OPTION_INVALID`
	 */
	async create(input: AppInput = {}): Promise<NewApp> {
		return this.createWith({ ...input, tokens: newTokens(), development: false });
	}

	/** @internal Creates an app with given tokens. */
	async createWith(input: AppInput & { tokens: AppTokens; development: boolean }): Promise<NewApp> {
		const { database, jwtKeys, newId, now } = this.#options;
		const { name = "", options = {}, tokens, development } = input;
		requireOptions(options);
		const appId = newId();
		const key = await jwtKeys.generate();
		await database.transaction(async (db) => {
			await insertApp(db, {
				id: appId,
				name,
				...hashTokens(tokens),
				options: JSON.stringify({ ...DEFAULT_APP_OPTIONS, ...options }),
				development: Number(development),
				disabled: 0,
				createdAt: now(),
			});
			await jwtKeys.store(db, appId, key);
		});
		return { appId, ...tokens, jwtKeyId: key.id, jwtVerifyKey: key.verifyKey };
	}

	/** All apps, oldest first. */
	async list(): Promise<App[]> {
		return (await listApps(this.#options.database.reads)).map(toApp);
	}

	/** @throws AppAdminError `APP_UNKNOWN` */
	async get(appId: string): Promise<App> {
		return toApp(await requireApp(this.#options.database.reads, appId));
	}

	/** @throws AppAdminError `APP_UNKNOWN`, `OPTION_INVALID` */
	async update(appId: string, { name, options = {}, disabled }: AppChanges): Promise<App> {
		const { database, directory } = this.#options;
		requireOptions(options);
		const changed = await database.transaction(async (db) => {
			const row = await requireApp(db, appId);
			const changes = {
				name: name ?? row.name,
				disabled: disabled === undefined ? row.disabled : Number(disabled),
				options: JSON.stringify({ ...toApp(row).options, ...options }),
			};
			await updateApp(db, appId, changes);
			return toApp({ ...row, ...changes });
		});
		directory.forget();
		return changed;
	}

	/**
	 * Replaces both tokens; the ones before stop working. Users, sessions and JWTs stay (protocol/server-model §4.1).
	 *
	 * @throws AppAdminError `APP_UNKNOWN`, `DEVELOPMENT_APP`
	 */
	async renewTokens(appId: string): Promise<AppTokens> {
		const { database, directory } = this.#options;
		const tokens = newTokens();
		await database.transaction(async (db) => {
			const { development } = await requireApp(db, appId);
			if (development !== 0) {
				throw new AppAdminError(
					"DEVELOPMENT_APP",
					"The tokens of the development app are set at each start: SENTC_DEV_PUBLIC_TOKEN, SENTC_DEV_SECRET_TOKEN.",
				);
			}
			await updateApp(db, appId, hashTokens(tokens));
		});
		directory.forget();
		return tokens;
	}

	/**
	 * The keys that verify the JWTs of an app, newest first.
	 *
	 * @throws AppAdminError `APP_UNKNOWN`
	 */
	async listJwtKeys(appId: string): Promise<JwtKey[]> {
		await this.get(appId);
		return this.#options.jwtKeys.list(appId);
	}

	/**
	 * Gives an app another key pair, which signs its JWTs from now on; those signed before stay valid.
	 *
	 * @throws AppAdminError `APP_UNKNOWN`
	 */
	async addJwtKey(appId: string): Promise<JwtKey> {
		await this.get(appId);
		return this.#options.jwtKeys.add(appId);
	}

	/**
	 * Removes a key pair; the JWTs that it signed are refused from now on.
	 *
	 * @throws AppAdminError `APP_UNKNOWN`, `JWT_KEY_UNKNOWN`, `LAST_JWT_KEY`
	 */
	async deleteJwtKey(appId: string, keyId: string): Promise<void> {
		await this.get(appId);
		await this.#options.jwtKeys.delete(appId, keyId);
	}
}

async function requireApp(db: Reads, appId: string): Promise<AppRow> {
	const row = await findApp(db, appId);
	if (row === undefined) throw new AppAdminError("APP_UNKNOWN", `There is no app ${appId}.`);
	return row;
}

/** 30 and 50 random bytes (protocol/server-model §3.1). */
function newTokens(): AppTokens {
	return { publicToken: toBase64(randomBytes(30)), secretToken: toBase64(randomBytes(50)) };
}
