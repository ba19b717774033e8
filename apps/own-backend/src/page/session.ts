import {
	createSentc,
	REFRESH_ENDPOINT,
	type RefreshOptions,
	type SentcClient,
	type SentcError,
	SessionEnded,
	type User,
	type UserMfaLogin,
} from "@sentc-ts/sdk";
import { BackendError, type OwnBackend, TIMEOUT_MS } from "./own-backend.js";
import { isTrusted } from "./trusted.js";

/** Where the API is, and as which app this page speaks: the answer of `/config.json`. */
export interface Config {
	api_url: string;
	public_token: string;
	allow_insecure_http: boolean;
}

export type Strategy = keyof typeof REFRESH_ENDPOINT;

export interface LoggedIn {
	user: User;
	/** Of the device. */
	name: string;
	/** To end the session with, whatever has become of the user by then; expired ones do. */
	jwt: string;
}

const STRATEGY_ITEM = "refresh-strategy";

/** Who is logged in, and how the JWT is refreshed. */
export class Session {
	readonly backend: OwnBackend;
	/** How often the SDK asked the function of the strategy `cookie_fn`. */
	functionCalls = 0;
	readonly #config: Config;
	readonly #fetch: typeof globalThis.fetch;
	readonly #listeners: (() => void)[] = [];
	#tellEnd: () => void = () => undefined;
	#strategy: Strategy;
	#sentc: SentcClient;
	#loggedIn: LoggedIn | undefined;

	constructor(config: Config, backend: OwnBackend, fetch: typeof globalThis.fetch) {
		this.backend = backend;
		this.#config = config;
		this.#fetch = fetch;
		const stored = localStorage.getItem(STRATEGY_ITEM);
		this.#strategy = stored === "cookie" || stored === "cookie_fn" ? stored : "api";
		this.#sentc = this.#createClient();
	}

	get sentc(): SentcClient {
		return this.#sentc;
	}

	get strategy(): Strategy {
		return this.#strategy;
	}

	get loggedIn(): LoggedIn | undefined {
		return this.#loggedIn && hasData(this.#loggedIn.user) ? this.#loggedIn : undefined;
	}

	/** The user who is logged in. */
	get user(): User {
		if (!this.loggedIn) throw new BackendError("Log in first.");
		return this.loggedIn.user;
	}

	/** As which this device logs in. */
	get name(): string {
		return this.loggedIn?.name ?? "";
	}

	/** Calls the listener whenever somebody logged in or out. */
	onChange(listener: () => void): void {
		this.#listeners.push(listener);
	}

	/** Calls the listener when the API refused to go on with the session, after the log out. */
	onEnd(listener: () => void): void {
		this.#tellEnd = listener;
	}

	/**
	 * Goes on with the session that is stored in this browser.
	 *
	 * @returns why that did not work; the session is kept unless it has ended
	 */
	async start(): Promise<SentcError | undefined> {
		const user = await this.#sentc.init();
		const { resumeError } = this.#sentc;
		if (user || resumeError) {
			const [stored, name] = await this.#sentc.getActualUser(false, true);
			this.#set(stored, stored.user_data.login_identifier ?? name);
		}
		if (resumeError instanceof SessionEnded) await this.#end();
		return resumeError;
	}

	/** @returns what `finishLogin` needs when the account has a second factor */
	async login(name: string, password: string): Promise<UserMfaLogin | undefined> {
		const login = await this.#sentc.login(name, password);
		if (login.kind === "mfa") return login.u;
		await this.#begin(login.u, name);
		return undefined;
	}

	async finishLogin(started: UserMfaLogin, token = "", isRecoveryKey = false): Promise<void> {
		const user = isRecoveryKey
			? await this.#sentc.mfaRecoveryLogin(token, started)
			: await this.#sentc.mfaLogin(token, started);
		await this.#begin(user, started.deviceIdentifier);
	}

	async logOut(): Promise<void> {
		if (!this.#loggedIn) return;
		const { jwt, user } = this.#loggedIn;
		await user.logOut();
		this.#unset();
		if (this.#strategy !== "api") await this.backend.logOut(jwt);
	}

	/** Another name for this device. */
	async rename(name: string): Promise<void> {
		const { user } = this;
		await user.updateUser(name);
		this.#set(user, name);
	}

	/** The refresh token lives somewhere else from now on, so the session ends. */
	async changeStrategy(strategy: Strategy): Promise<void> {
		if (this.#loggedIn) await this.logOut();
		localStorage.setItem(STRATEGY_ITEM, strategy);
		this.#strategy = strategy;
		await this.#sentc.close();
		this.#sentc = this.#createClient();
		await this.#sentc.init();
	}

	async #begin(user: User, name: string): Promise<void> {
		try {
			const { jwt, refresh_token } = user.user_data;
			if (this.#strategy !== "api") await this.backend.takeOver(jwt, refresh_token);
		} catch (error) {
			await user.logOut();
			throw error;
		}
		this.#set(user, name);
	}

	#createClient(): SentcClient {
		return createSentc({
			base_url: this.#config.api_url,
			app_token: this.#config.public_token,
			allow_insecure_http: this.#config.allow_insecure_http,
			timeout: TIMEOUT_MS,
			refresh: this.#refreshOptions(),
			signers: ({ user_id }) => this.#maySign(user_id),
			on_session_end: () => void this.#end().catch(console.error),
			fetch: this.#fetch,
		});
	}

	/** Strangers may not: an API could make one up (`user_id` is its word). */
	#maySign(userId: string): boolean {
		const { user_id } = this.user.user_data;
		return userId === user_id || isTrusted(user_id, userId);
	}

	async #end(): Promise<void> {
		await this.logOut();
		this.#tellEnd();
	}

	/** With two of the strategies only a cookie has the refresh token: another password comes with another one. */
	#refreshOptions(): RefreshOptions {
		const on_new_refresh_token = (refresh_token: string, jwt: string): Promise<void> =>
			this.backend.takeOver(jwt, refresh_token);
		switch (this.#strategy) {
			case "api":
				return { endpoint: REFRESH_ENDPOINT.api };
			case "cookie": {
				const endpoint_url = new URL("/refresh", location.href).href;
				return { endpoint: REFRESH_ENDPOINT.cookie, endpoint_url, on_new_refresh_token };
			}
			case "cookie_fn": {
				const endpoint_fn = (oldJwt: string): Promise<string> => this.#refreshByFunction(oldJwt);
				return { endpoint: REFRESH_ENDPOINT.cookie_fn, endpoint_fn, on_new_refresh_token };
			}
		}
	}

	/** The function may do anything that leads to a JWT; this one asks the own backend. */
	#refreshByFunction(oldJwt: string): Promise<string> {
		this.functionCalls += 1;
		return this.backend.refresh(oldJwt);
	}

	#set(user: User, name: string): void {
		this.#loggedIn = { user, name, jwt: user.user_data.jwt };
		this.#tell();
	}

	#unset(): void {
		this.#loggedIn = undefined;
		this.#tell();
	}

	#tell(): void {
		for (const listener of this.#listeners) listener();
	}
}

/** A log out that is under way, or the end of this device, has taken everything from the user already. */
function hasData(user: User): boolean {
	try {
		return user.user_data !== undefined;
	} catch (error) {
		if (error instanceof SessionEnded) return false;
		throw error;
	}
}
