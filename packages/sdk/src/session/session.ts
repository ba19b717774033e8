import { checkedRefresh, type RefreshedTokens, SessionEnded, tokensOf } from "@sentc-ts/transport";
import { type GroupInvite, sessionRoutes } from "@sentc-ts/transport/contract";
import { forgetKeys } from "../crypto.js";
import { KeyNotFound } from "../errors.js";
import type { KeyFailure } from "../key-errors.js";
import type { KeyRing } from "../keys/key-ring.js";
import { storageKeys } from "../storage/keys.js";
import type { UserData, UserKeyData } from "../types.js";
import type { Context } from "./context.js";
import { CreatedGroups } from "./created-groups.js";
import { endSession, JwtSource } from "./jwt.js";
import { parseStoredUser, readStoredUser, type SessionState, sessionState, storedForm, takeOver } from "./stored.js";
import { userKeyRing } from "./user-keys.js";

/** A logged-in user: the state that `User` and every `Group` of the user share. */
export class Session {
	readonly context: Context;
	/** Of the device, as it was given to login. */
	readonly identifier: string;
	readonly jwt: JwtSource;
	readonly keys: KeyRing<UserKeyData>;
	readonly createdGroups: CreatedGroups = new CreatedGroups();
	readonly #userId: string;
	#data: UserData | undefined;
	/** As it was last read or stored. Before a new login is stored, what is there is of the session that it replaces. */
	#known: SessionState | undefined;
	readonly #unusable: KeyFailure[] = [];
	#loggedOut: Promise<void> | undefined;

	/** @param origin a new login is stored by {@link Session.replaceStored}, and not before */
	constructor(context: Context, identifier: string, data: UserData, origin: "login" | "storage") {
		this.context = context;
		this.identifier = identifier;
		this.#userId = data.user_id;
		this.#data = data;
		this.#known = origin === "storage" ? sessionState(data) : undefined;
		this.keys = userKeyRing(this, origin === "login" ? data.user_keys : []);
		this.jwt = new JwtSource(this, context.refresh.refresh, (reason) => context.onSessionEnd(reason, identifier));
	}

	get loggedIn(): boolean {
		return this.#data !== undefined;
	}

	/** @throws SessionEnded after log out */
	get data(): UserData {
		if (!this.#data) throw new SessionEnded("The user logged out");
		return this.#data;
	}

	/** What logins of this device take now. */
	get loginIdentifier(): string {
		return this.data.login_identifier ?? this.identifier;
	}

	/** @throws SessionEnded after log out */
	assertLoggedIn(): void {
		void this.data;
	}

	/**
	 * A JWT that is valid for at least 30 seconds.
	 *
	 * @throws SessionEnded after log out, or when the API refused to go on
	 * @throws RefreshFailed when no new JWT came
	 */
	getJwt(): Promise<string> {
		return this.jwt.get();
	}

	get newestKey(): UserKeyData {
		return this.keys.newest;
	}

	get unusableKeys(): readonly KeyFailure[] {
		return this.#unusable;
	}

	/** Tells the app of keys that were skipped, of each once. @param group_id whose they are, if not the user's */
	reportUnusable(failures: readonly KeyFailure[], group_id?: string): void {
		for (const failure of failures) {
			const key: KeyFailure = { ...failure, ...(group_id !== undefined && { group_id }) };
			if (this.#unusable.some((known) => known.key_id === key.key_id && known.group_id === group_id)) continue;
			this.#unusable.push(key);
			this.context.onUnusableKey(key, this.identifier);
		}
	}

	/**
	 * For what signatures are checked with.
	 *
	 * @throws KeyNotFound when the key is not on this device, or only by the word of the API
	 * @throws AnswerForged when its verify key is not the own one
	 */
	async loadVerifyKey(id: string): Promise<string> {
		const key = this.keys.findProven(id);
		if (!key) throw new KeyNotFound();
		await this.keys.requirePairs(key);
		return key.exported_verify_key;
	}

	/** @param newest encrypt and sign with it from now on: the app vouches for it */
	async fetchUserKey(key_id: string, newest: boolean): Promise<UserKeyData> {
		if (!newest) return this.keys.fetch(key_id);
		const key = await this.keys.read(key_id);
		await this.keys.requirePairs(key);
		return this.keys.use(key);
	}

	/** Goes on with a stored session: a new JWT and the open invites (protocol/user-protocol §10.3). */
	async resume(): Promise<GroupInvite[]> {
		const { client, refresh } = this.context;
		if (!refresh.storesRefreshToken) {
			await this.getJwt();
			return [];
		}
		let invites: GroupInvite[] = [];
		// `/init` is one more way to get a JWT.
		const viaInit = async (jwt: string, refresh_token: string): Promise<RefreshedTokens> => {
			const answer = await client.call(sessionRoutes.init, { jwt, body: { refresh_token, rotate: true } });
			invites = answer.invites;
			return tokensOf(answer);
		};
		await this.jwt.refresh(checkedRefresh(viaInit, { timeout: client.timeout, repeats: true }));
		return invites;
	}

	/** Stores a new login in the place of what an earlier one left, and other items with it. */
	async replaceStored(others: Record<string, unknown>): Promise<void> {
		const { refresh, store } = this.context;
		await store.writeAll({
			[storageKeys.userData(this.identifier)]: storedForm(this.data, refresh.storesRefreshToken),
			...others,
			// Last: it makes the others those of the actual user.
			[storageKeys.actualUser]: this.identifier,
		});
		this.#known = sessionState(this.data);
	}

	/**
	 * Stores what changed, and takes over what another tab stored meanwhile; after a log out, also one in another tab, and in
	 * the place of another device it stores nothing.
	 */
	async save(): Promise<void> {
		const { refresh, store } = this.context;
		const known = this.#known;
		if (!known) return;
		await store.updateForUser(this.identifier, storageKeys.userData(this.identifier), (value) => {
			const stored = parseStoredUser(value);
			if (stored && !takeOver(this.data, known, stored)) return undefined;
			return storedForm(this.data, refresh.storesRefreshToken);
		});
		this.#known = sessionState(this.data);
	}

	/** Takes over what another tab stored, as far as the storage can be read. */
	async reload(): Promise<void> {
		await this.#read(() => this.data);
	}

	/** @param into is asked when the storage has answered */
	async #read(into: () => UserData): Promise<void> {
		if (!this.#known) return;
		const stored = await readStoredUser(this.context.store, this.identifier).catch(() => undefined);
		if (stored && takeOver(into(), this.#known, stored)) this.#known = sessionState(stored);
	}

	/** Remembers whether a login needs a second factor. */
	async setMfa(mfa: boolean): Promise<void> {
		if (this.data.mfa === mfa) return;
		this.data.mfa = mfa;
		await this.save();
	}

	/** {@link Session.forget}, and the session ends at the API, too, if that can be reached. */
	async logOut(): Promise<void> {
		const tokens = this.#data;
		try {
			await this.forget();
		} finally {
			const left = tokens && (await endSession(this.context.client, tokens));
			if (left) this.context.onSessionLeft(left, this.identifier);
		}
	}

	/** Removes everything of the user from memory and the storage; what is under way can't bring it back. */
	forget(): Promise<void> {
		const data = this.#data;
		this.#data = undefined;
		this.#loggedOut ??= this.#remove(data).catch((error: unknown) => {
			this.#loggedOut = undefined;
			throw error;
		});
		return this.#loggedOut;
	}

	/** Resolves when no log out is under way. */
	async settled(): Promise<void> {
		await this.#loggedOut?.catch(() => undefined);
	}

	/** @param data gets the newest tokens, which another tab may have stored, for the session to end by */
	async #remove(data: UserData | undefined): Promise<void> {
		try {
			if (data) await this.#read(() => data);
			await this.context.store.removeUser(this.identifier, this.#userId);
		} finally {
			await forgetKeys(this.context);
		}
	}
}
