import {
	createSentc,
	REFRESH_ENDPOINT,
	type RefreshOptions,
	type SentcClient,
	type SentcError,
	SessionEnded,
	type User,
} from "@sentc-ts/sdk";
import { BackendError, type OwnBackend } from "./own-backend.js";

/** Where the API is, and as which app this page speaks: the answer of `/config.json`. */
export interface Config {
	api_url: string;
	public_token: string;
}

export type Strategy = keyof typeof REFRESH_ENDPOINT;

export interface LoggedIn {
	user: User;
	name: string;
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
		return this.#loggedIn;
	}

	/** The user who is logged in. */
	get user(): User {
		if (!this.#loggedIn) throw new BackendError("Log in first.");
		return this.#loggedIn.user;
	}

	/** Calls the listener whenever somebody logged in or out. */
	onChange(listener: () => void): void {
		this.#listeners.push(listener);
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
			this.#set({ user: stored, name });
		}
		if (resumeError instanceof SessionEnded) await this.logOut();
		return resumeError;
	}

	async login(name: string, password: string): Promise<void> {
		const user = await this.#sentc.login(name, password, true);
		if (this.#strategy !== "api") await this.#handOver(user);
		this.#set({ user, name });
	}

	async logOut(): Promise<void> {
		await this.#loggedIn?.user.logOut();
		this.#set(undefined);
		if (this.#strategy !== "api") await this.backend.clearCookie();
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

	/** The SDK does not store the refresh token with these strategies: only a cookie keeps it over a reload. */
	async #handOver(user: User): Promise<void> {
		try {
			await this.backend.takeOver(user.user_data.jwt, user.user_data.refresh_token);
		} catch (error) {
			await user.logOut();
			throw error;
		}
	}

	#createClient(): SentcClient {
		return createSentc({
			base_url: this.#config.api_url,
			app_token: this.#config.public_token,
			refresh: this.#refreshOptions(),
			on_session_end: () => void this.logOut().catch(console.error),
			fetch: this.#fetch,
		});
	}

	#refreshOptions(): RefreshOptions {
		switch (this.#strategy) {
			case "api":
				return { endpoint: REFRESH_ENDPOINT.api };
			case "cookie":
				return { endpoint: REFRESH_ENDPOINT.cookie, endpoint_url: new URL("/refresh", location.href).href };
			case "cookie_fn":
				return { endpoint: REFRESH_ENDPOINT.cookie_fn, endpoint_fn: (oldJwt) => this.#refreshByFunction(oldJwt) };
		}
	}

	/** The function may do anything that leads to a JWT; this one asks the own backend. */
	#refreshByFunction(oldJwt: string): Promise<string> {
		this.functionCalls += 1;
		return this.backend.refresh(oldJwt);
	}

	#set(loggedIn: LoggedIn | undefined): void {
		this.#loggedIn = loggedIn;
		for (const listener of this.#listeners) listener();
	}
}
