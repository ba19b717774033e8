import { ACCESS, type Route, SERVER_ERRORS } from "@sentc-ts/transport/contract";
import { fromBase64, hash } from "../../bytes.js";
import { Cache } from "../../cache.js";
import type { Database } from "../../database/database.js";
import { findAppByToken } from "../../database/repositories/apps.js";
import { Failure } from "../../failure.js";
import { type App, LAX_APP_OPTIONS, toApp } from "./app.js";

const CACHED_APPS = 1000;

/** The app that a request is for, and with which of its tokens. */
export interface AppAccess {
	readonly app: App;
	readonly token: "public" | "secret";
}

/** Whether the tokens of the development app work, and whether whatever its options say. */
export type Development = "closed" | "open" | "lax";

/** Finds apps by their tokens (protocol/http-api §3.1). */
export class AppDirectory {
	readonly #database: Database;
	readonly #development: Development;
	readonly #byToken: Cache<AppAccess>;

	constructor(database: Database, development: Development) {
		this.#database = database;
		this.#development = development;
		this.#byToken = new Cache(CACHED_APPS, database.externalVersion);
	}

	/** @param token the app token header, `null` when it is absent */
	async identify(token: string | null): Promise<AppAccess> {
		if (token === null) throw new Failure(SERVER_ERRORS.APP_TOKEN_UNKNOWN);
		const bytes = fromBase64(token);
		if (bytes === undefined) throw new Failure(SERVER_ERRORS.APP_TOKEN_MALFORMED);
		const tokenHash = hash(bytes);
		const access = await this.#byToken.get(tokenHash, () => this.#find(tokenHash));
		if (access === undefined) throw new Failure(SERVER_ERRORS.APP_TOKEN_UNKNOWN);
		if (access.app.disabled) throw new Failure(SERVER_ERRORS.APP_DISABLED);
		return access;
	}

	/** To be called after an app was changed. */
	forget(): void {
		this.#byToken.clear();
	}

	async #find(tokenHash: string): Promise<AppAccess | undefined> {
		const row = await findAppByToken(this.#database.reads, tokenHash);
		if (row === undefined || (row.development !== 0 && this.#development === "closed")) return undefined;
		const lax = row.development !== 0 && this.#development === "lax";
		const app = toApp(row);
		return {
			app: { ...app, ...(lax && { options: { ...app.options, ...LAX_APP_OPTIONS } }) },
			token: row.hashedPublicToken === tokenHash ? "public" : "secret",
		};
	}
}

/** Refuses a request that the options of the app do not allow with this token (protocol/http-api §3.2). */
export function requireOption({ app, token }: AppAccess, option: Route["option"]): void {
	if (option === "open") return;
	const access = option === "secret" ? ACCESS.secret : app.options[option];
	const allowed = access === ACCESS.public || (access === ACCESS.secret && token === "secret");
	if (!allowed) throw new Failure(SERVER_ERRORS.ENDPOINT_FORBIDDEN);
}
