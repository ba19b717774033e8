import { randomBytes } from "node:crypto";
import {
	ACCESS,
	type AnyRoute,
	DEFAULT_OPTIONS,
	type EndpointOptions,
	SERVER_ERRORS,
} from "@sentc-ts/transport/contract";
import { fromBase64, hash, toBase64 } from "../../bytes.js";
import { Cache } from "../../cache.js";
import type { Database } from "../../database/database.js";
import {
	type AppRow,
	findApp,
	findAppByToken,
	insertApp,
	listApps,
	updateApp,
} from "../../database/repositories/apps.js";
import { Failure } from "../failure.js";
import type { JwtKeys } from "../jwt/keys.js";

const CACHED_APPS = 1000;

export interface App {
	readonly id: string;
	readonly name: string;
	readonly disabled: boolean;
	readonly options: EndpointOptions;
	/** ms */
	readonly createdAt: number;
}

/** An app with its two tokens (base64), which are shown only once. */
export interface NewApp {
	readonly appId: string;
	/** For clients. */
	readonly publicToken: string;
	/** For the app's own backend. */
	readonly secretToken: string;
	/** Goes into JWTs as `kid`. */
	readonly jwtKeyId: string;
	/** Base64 of the 97 bytes of the uncompressed P-384 point. */
	readonly jwtVerifyKey: string;
}

type TokenKind = "public" | "secret";

/** The app that a request is for, and with which of its tokens. */
export interface AppAccess {
	readonly app: App;
	readonly token: TokenKind;
}

interface AppsOptions {
	readonly database: Database;
	readonly jwtKeys: JwtKeys;
	readonly newId: () => string;
	readonly now: () => number;
	/** Whether the tokens of the development app work. */
	readonly development: boolean;
}

export interface AppInput {
	name?: string;
	/** Options that differ from the default ones. */
	options?: Partial<EndpointOptions>;
}

/** The apps of this installation. */
export class Apps {
	readonly #options: AppsOptions;
	readonly #byToken: Cache<AppAccess> = new Cache(CACHED_APPS);

	constructor(options: AppsOptions) {
		this.#options = options;
	}

	/** Creates an app with random tokens and a key pair for its JWTs (spec server-model §3.1). */
	async create(input: AppInput = {}): Promise<NewApp> {
		const publicToken = toBase64(randomBytes(30));
		const secretToken = toBase64(randomBytes(50));
		return this.createWith({ ...input, publicToken, secretToken, development: false });
	}

	/** @internal Creates an app with given tokens. */
	async createWith(
		input: AppInput & { publicToken: string; secretToken: string; development: boolean },
	): Promise<NewApp> {
		const { database, jwtKeys, newId, now } = this.#options;
		const { name = "", options = {}, publicToken, secretToken, development } = input;
		const appId = newId();
		const key = await jwtKeys.generate();
		await database.transaction(async (db) => {
			await insertApp(db, {
				id: appId,
				name,
				hashedPublicToken: hashToken(publicToken),
				hashedSecretToken: hashToken(secretToken),
				options: JSON.stringify({ ...DEFAULT_OPTIONS, ...options }),
				development: development ? 1 : 0,
				disabled: 0,
				createdAt: now(),
			});
			await jwtKeys.store(db, appId, key);
		});
		return { appId, publicToken, secretToken, jwtKeyId: key.id, jwtVerifyKey: key.verifyKey };
	}

	/** All apps, oldest first; the development app only while it is usable. */
	async list(): Promise<App[]> {
		const rows = await listApps(this.#options.database.reads);
		return rows.filter((row) => this.#isUsable(row)).map(toApp);
	}

	/** Changes an app; effective at once in this process. */
	async update(appId: string, { name, options, disabled }: AppInput & { disabled?: boolean }): Promise<void> {
		const { database } = this.#options;
		await database.transaction(async (db) => {
			const app = await findApp(db, appId);
			if (app === undefined) throw new Failure(SERVER_ERRORS.APP_NOT_FOUND);
			await updateApp(db, appId, {
				name: name ?? app.name,
				disabled: disabled === undefined ? app.disabled : Number(disabled),
				options: JSON.stringify({ ...toApp(app).options, ...options }),
			});
		});
		this.#byToken.clear();
	}

	/**
	 * The app of a request (spec http-api §3.1).
	 *
	 * @param token the app token header, `null` when it is absent
	 */
	async identify(token: string | null): Promise<AppAccess> {
		if (token === null) throw new Failure(SERVER_ERRORS.APP_TOKEN_UNKNOWN);
		const bytes = fromBase64(token);
		if (bytes === undefined) throw new Failure(SERVER_ERRORS.APP_TOKEN_MALFORMED);
		const access = await this.#find(hash(bytes));
		if (access.app.disabled) throw new Failure(SERVER_ERRORS.APP_DISABLED);
		return access;
	}

	async #find(tokenHash: string): Promise<AppAccess> {
		const cached = this.#byToken.get(tokenHash);
		if (cached !== undefined) return cached;
		const row = await findAppByToken(this.#options.database.reads, tokenHash);
		if (row === undefined || !this.#isUsable(row)) throw new Failure(SERVER_ERRORS.APP_TOKEN_UNKNOWN);
		const access: AppAccess = { app: toApp(row), token: row.hashedPublicToken === tokenHash ? "public" : "secret" };
		this.#byToken.set(tokenHash, access);
		return access;
	}

	#isUsable(row: AppRow): boolean {
		return row.development === 0 || this.#options.development;
	}
}

/** Refuses a request that the options of the app do not allow with this token (spec http-api §3.2). */
export function requireOption({ app, token }: AppAccess, option: AnyRoute["option"]): void {
	if (option === "open") return;
	const access = option === "secret" ? ACCESS.secret : app.options[option];
	const allowed = access === ACCESS.public || (access === ACCESS.secret && token === "secret");
	if (!allowed) throw new Failure(SERVER_ERRORS.ENDPOINT_FORBIDDEN);
}

/** The stored form of an app token: the hash of its bytes, not of its text. */
export function hashToken(token: string): string {
	const bytes = fromBase64(token);
	if (bytes === undefined) throw new TypeError("An app token must be base64");
	return hash(bytes);
}

function toApp(row: AppRow): App {
	return {
		id: row.id,
		name: row.name,
		disabled: row.disabled !== 0,
		options: { ...DEFAULT_OPTIONS, ...JSON.parse(row.options) },
		createdAt: row.createdAt,
	};
}
