import { createSentc, isSentcError, type SentcClient, SessionEnded, type User, type UserMfaLogin } from "@sentc-ts/sdk";
import { forgetKept } from "../offline/kept.js";
import { Backend } from "./backend.js";
import { BackendError, Connection, isUnreached, TIMEOUT } from "./connection.js";
import { People } from "./people.js";
import { forgetTrust, maySign } from "./trust.js";

/** Where the API is, and as which app this page speaks: the answer of `/config.json`. */
export interface Config {
	api_url: string;
	public_token: string;
	allow_insecure_http: boolean;
}

export type SessionState =
	| { kind: "starting" }
	/** `message` = why, when the person did not ask for it. */
	| { kind: "signed-out"; message?: string }
	| { kind: "signed-in"; user: User; id: string };

const ENDED = "Your session has ended. Sign in again.";
/** How long the key of somebody is taken for the newest one, ms: so soon a changed one is asked about. */
const KEY_LIFETIME = 30_000;

const REMOVED = "This device was removed from your account. It has forgotten what was stored here.";

/** Does the API not have this device any more? It refuses its JWT at once, before that has expired. */
export function seemsRemoved(error: unknown): boolean {
	if (error instanceof BackendError) return error.status === 401;
	return isSentcError(error) && (error.code === "USER_NOT_FOUND" || seemsRemoved(error.cause));
}

const messageOf = (reason: SessionEnded): string => (seemsRemoved(reason) ? REMOVED : ENDED);

/** Who is signed in, and what is there for that person. Components subscribe to its state. */
export class Session {
	readonly connection = new Connection();
	readonly backend = new Backend(this.connection, () => this.user.getJwt());
	readonly people = new People(this.backend);
	readonly sentc: SentcClient;
	/** Tells the other tabs whose session has ended. */
	readonly #tabs = new BroadcastChannel("signed-out");
	#leaving: Promise<void> | undefined;
	#state: SessionState = { kind: "starting" };
	readonly #listeners = new Set<() => void>();

	constructor(config: Config) {
		this.sentc = createSentc({
			base_url: config.api_url,
			app_token: config.public_token,
			allow_insecure_http: config.allow_insecure_http,
			timeout: TIMEOUT,
			key_change: "block",
			public_key_lifetime: KEY_LIFETIME,
			signers: ({ user_id }) => maySign(this.ownId, user_id),
			on_session_end: (reason) => void this.#leave(messageOf(reason)).catch(console.error),
		});
		this.#tabs.onmessage = ({ data }) => {
			if (this.#state.kind === "signed-in" && this.#state.id === data) void this.#leave().catch(console.error);
		};
	}

	readonly getState = (): SessionState => this.#state;

	/** @returns stops telling */
	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	/** Who is signed in. */
	get user(): User {
		return this.#signedIn.user;
	}

	get ownId(): string {
		return this.#signedIn.id;
	}

	get #signedIn(): SessionState & { kind: "signed-in" } {
		if (this.#state.kind !== "signed-in") throw new BackendError("Sign in first.", 401);
		return this.#state;
	}

	/** Goes on with what is stored in this browser, also when the API can't be reached. */
	async start(): Promise<void> {
		const user = await this.sentc.init();
		const { resumeError } = this.sentc;
		if (user) this.#begin(user);
		else if (resumeError) {
			this.#begin(await this.sentc.getActualUser());
			if (resumeError instanceof SessionEnded) await this.#leave(messageOf(resumeError));
		} else this.#set({ kind: "signed-out" });
	}

	/** Makes the keys here; the backend registers them with its token and keeps the name that others see. */
	async register(name: string, identifier: string, password: string): Promise<void> {
		const input = await this.sentc.prepareRegisterAsync(identifier, password);
		this.sentc.doneRegister(await this.backend.register({ input, name }));
		await this.signIn(identifier, password);
	}

	/** @returns what `finishSignIn` needs when the account has a second factor */
	async signIn(identifier: string, password: string): Promise<UserMfaLogin | undefined> {
		const login = await this.sentc.login(identifier, password);
		if (login.kind === "mfa") return login.u;
		this.#begin(login.u);
		return undefined;
	}

	/** @param code six digits of an app, or a recovery key */
	async finishSignIn(started: UserMfaLogin, code: string): Promise<void> {
		const token = code.replaceAll(/\s/g, "");
		const isCode = /^\d{6}$/.test(token);
		this.#begin(await (isCode ? this.sentc.mfaLogin(token, started) : this.sentc.mfaRecoveryLogin(token, started)));
	}

	/** Keys that another device of the user made. A device that was removed hears so here, and forgets everything. */
	async takeOwnKeys(): Promise<void> {
		if (this.#state.kind !== "signed-in") return;
		try {
			await this.user.finishKeyRotation();
		} catch (error) {
			if (seemsRemoved(error)) await this.#leave(REMOVED);
			else if (!isUnreached(error) && !(error instanceof SessionEnded)) throw error;
		}
	}

	signOut(): Promise<void> {
		return this.#leave();
	}

	#leave(message?: string): Promise<void> {
		this.#leaving ??= this.#forget(message).finally(() => {
			this.#leaving = undefined;
		});
		return this.#leaving;
	}

	/** This device forgets everything: keys, what was kept for reading offline, and who was verified. */
	async #forget(message?: string): Promise<void> {
		if (this.#state.kind !== "signed-in") return;
		const { id, user } = this.#state;
		await user.logOut();
		forgetTrust(id);
		await forgetKept();
		this.#tabs.postMessage(id);
		this.#set(message === undefined ? { kind: "signed-out" } : { kind: "signed-out", message });
	}

	#begin(user: User): void {
		this.#set({ kind: "signed-in", user, id: user.user_data.user_id });
		this.takeOwnKeys().catch(console.error);
	}

	#set(state: SessionState): void {
		this.#state = state;
		for (const listener of this.#listeners) listener();
	}
}
