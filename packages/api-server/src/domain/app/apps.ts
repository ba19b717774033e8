import { randomBytes } from "node:crypto";
import { toBase64 } from "../../bytes.js";
import type { Database, Reads } from "../../database/database.js";
import { FILE_STORAGE } from "../../database/file-schema.js";
import {
	type AppRow,
	fileTokenCell,
	findApp,
	insertApp,
	listApps,
	updateApp,
} from "../../database/repositories/apps.js";
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
import { type AppFilesInput, appFilesOf, changeAppFiles } from "./file-options.js";

/** An app with its two tokens, which are shown only once. */
export interface NewApp extends AppTokens {
	readonly appId: string;
	/** Goes into JWTs as `kid`. */
	readonly jwtKeyId: string;
	/** Base64 of the 97 bytes of the uncompressed P-384 point. */
	readonly jwtVerifyKey: string;
	/** What proves to the own backend that the API calls, where one is told of deleted parts; not shown again. */
	readonly fileToken?: string;
}

/** An app after a change. */
export interface ChangedApp extends App {
	/** As of {@link NewApp}; only if the change made one. */
	readonly newFileToken?: string;
}

export interface AppInput {
	name?: string;
	/** Options that differ from the default ones (when the app is created) or change. */
	options?: Partial<AppOptions>;
	/** Where the parts of its files are. Default: nowhere. */
	files?: AppFilesInput;
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
		const { name = "", options = {}, files = {}, tokens, development } = input;
		requireOptions(options);
		const appId = newId();
		const { columns, newToken } = this.#changeFiles({ id: appId, ...NO_FILES }, files);
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
				...columns,
			});
			await jwtKeys.store(db, appId, key);
		});
		const made = newToken === undefined ? {} : { fileToken: newToken };
		return { appId, ...tokens, jwtKeyId: key.id, jwtVerifyKey: key.verifyKey, ...made };
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
	async update(appId: string, { name, options = {}, disabled, files = {} }: AppChanges): Promise<ChangedApp> {
		const { database, directory } = this.#options;
		requireOptions(options);
		const changed = await database.transaction(async (db) => {
			const row = await requireApp(db, appId);
			const { columns, newToken } = this.#changeFiles(row, files);
			const changes = {
				...columns,
				name: name ?? row.name,
				disabled: disabled === undefined ? row.disabled : Number(disabled),
				options: JSON.stringify({ ...toApp(row).options, ...options }),
			};
			await updateApp(db, appId, changes);
			return { ...toApp({ ...row, ...changes }), ...(newToken !== undefined && { newFileToken: newToken }) };
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

	#changeFiles(row: Pick<AppRow, "id" | keyof typeof NO_FILES>, files: AppFilesInput) {
		const before = { ...appFilesOf(row), hasToken: row.sealedFileToken !== null };
		const { columns, newToken } = changeAppFiles(before, files);
		const seal = (token: string) => this.#options.database.vault.seal(fileTokenCell(row.id), token);
		const sealedFileToken = newToken === undefined ? row.sealedFileToken : seal(newToken);
		return { columns: { ...columns, sealedFileToken }, newToken };
	}
}

/** The columns of an app without files. */
const NO_FILES = { fileStorage: FILE_STORAGE.off, fileStorageUrl: null, sealedFileToken: null };

async function requireApp(db: Reads, appId: string): Promise<AppRow> {
	const row = await findApp(db, appId);
	if (row === undefined) throw new AppAdminError("APP_UNKNOWN", `There is no app ${appId}.`);
	return row;
}

/** 30 and 50 random bytes (protocol/server-model §3.1). */
function newTokens(): AppTokens {
	return { publicToken: toBase64(randomBytes(30)), secretToken: toBase64(randomBytes(50)) };
}
