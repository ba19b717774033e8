import type { UserKeyData as OpenedUserKey } from "@sentc-ts/core-crypto";
import type { GroupKeyServerOutput } from "@sentc-ts/core-crypto/wire";
import { createRefreshStrategy, REFRESH_ENDPOINT, SessionEnded } from "@sentc-ts/transport";
import { type GroupInvite, sessionRoutes, userKeyRoutes } from "@sentc-ts/transport/contract";
import { requireSameId } from "../answer.js";
import type { Context } from "../context.js";
import { clearFaces } from "../crypto.js";
import { KeyNotFound } from "../errors.js";
import { checkId } from "../input.js";
import { storageKeys } from "../storage/keys.js";
import type { UserData, UserDeviceKeyData, UserKeyData } from "../types.js";
import { requirePair } from "./own-pair.js";
import { endSession, Session } from "./session.js";
import { parseStoredUser, readStoredUser, type SessionState, sessionState, storedForm, takeOver } from "./stored.js";

/** A logged-in user: the state that `User` and every `Group` of the user share. */
export class Account {
	readonly context: Context;
	/** Of the device, as it was given to login. */
	readonly identifier: string;
	readonly session: Session;
	readonly #userId: string;
	#data: UserData | undefined;
	/** As it was last read or stored. */
	#known: SessionState;
	/** Keys that were found to be whole pairs. */
	readonly #pairs: WeakSet<UserDeviceKeyData> = new WeakSet();
	#loggedOut: Promise<void> | undefined;

	constructor(context: Context, identifier: string, data: UserData) {
		this.context = context;
		this.identifier = identifier;
		this.#userId = data.user_id;
		this.#data = data;
		this.#known = sessionState(data);
		this.session = new Session(this, context.refresh, (reason) => context.onSessionEnd(reason, identifier));
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

	get newestKey(): UserKeyData {
		return this.userKey(this.data.newest_key_id);
	}

	/** @throws KeyNotFound when the key is not on this device */
	userKey(id: string): UserKeyData {
		const key = this.#findKey(id);
		if (!key) throw new KeyNotFound();
		return key;
	}

	/** The key from this device, else from the API. */
	async loadUserKey(id: string): Promise<UserKeyData> {
		return this.#findKey(id) ?? this.fetchUserKey(id, false);
	}

	/** {@link Account.userKey}, unless nobody but the API says that it is the own one. */
	provenKey(id: string): UserKeyData | undefined {
		const key = this.#findKey(id);
		return key?.unproven ? undefined : key;
	}

	/**
	 * For what signatures are checked with.
	 *
	 * @throws KeyNotFound when the key is not on this device, or only by the word of the API
	 * @throws AnswerForged when its verify key is not the own one
	 */
	async loadVerifyKey(id: string): Promise<string> {
		const key = this.provenKey(id);
		if (!key) throw new KeyNotFound();
		await this.requirePair(key);
		return key.exported_verify_key;
	}

	/** Once for each key: its public halves belong to its private ones. @throws AnswerForged when they don't */
	async requirePair(keys: UserDeviceKeyData): Promise<void> {
		if (this.#pairs.has(keys)) return;
		await requirePair(this.context, keys);
		this.#pairs.add(keys);
	}

	/** @param newest encrypt and sign with it from now on: the app vouches for it */
	async fetchUserKey(key_id: string, newest: boolean): Promise<UserKeyData> {
		const answer = await this.requestUserKey(key_id);
		const opened = this.#findKey(key_id) ?? { ...(await this.openUserKey(answer)), unproven: true };
		if (newest) await this.requirePair(opened);
		const key = this.keepKey(opened);
		if (newest) {
			delete key.unproven;
			this.data.newest_key_id = key_id;
		}
		await this.save();
		return key;
	}

	/** @throws AnswerForged when the API answers another key */
	async requestUserKey(key_id: string): Promise<GroupKeyServerOutput> {
		checkId("key_id", key_id);
		const jwt = await this.session.getJwt();
		const userKey = await this.context.client.call(userKeyRoutes.userKey, { jwt, params: { key_id } });
		requireSameId(key_id, userKey.group_key_id);
		return userKey;
	}

	async openUserKey(userKey: GroupKeyServerOutput): Promise<UserKeyData> {
		const { private_key: privateKey } = this.data.device;
		return toUserKeyData(await this.context.backend.openUserKey({ privateKey, userKey }));
	}

	/** @returns the key that was here already, if any: the API can't put another one in its place */
	keepKey(key: UserKeyData): UserKeyData {
		return this.#findKey(key.group_key_id) ?? this.putKey(key);
	}

	/** Keeps a key in the place of any other under its id. */
	putKey(key: UserKeyData): UserKeyData {
		const { key_map, user_keys } = this.data;
		const index = key_map.get(key.group_key_id) ?? user_keys.length;
		user_keys[index] = key;
		key_map.set(key.group_key_id, index);
		return key;
	}

	/** Goes on with a stored session: a new JWT and the open invites (protocol/user-protocol §10.3). */
	async resume(): Promise<GroupInvite[]> {
		const { client, refresh } = this.context;
		if (!refresh.storesRefreshToken) {
			await this.session.getJwt();
			return [];
		}
		let invites: GroupInvite[] = [];
		// `/init` is one more way to get a JWT: the strategy for functions checks and classifies its answer like every other.
		const viaInit = createRefreshStrategy(
			{
				endpoint: REFRESH_ENDPOINT.cookie_fn,
				refresh: async (jwt) => {
					const body = { refresh_token: this.data.refresh_token };
					const answer = await client.call(sessionRoutes.init, { jwt, body });
					invites = answer.invites;
					return answer.jwt;
				},
			},
			client,
		);
		await this.session.refresh(viaInit);
		return invites;
	}

	/**
	 * Stores what changed, and takes over what another tab stored meanwhile; after a log out, also one in another tab, and in
	 * the place of another device it stores nothing.
	 */
	async save(): Promise<void> {
		const { refresh, store } = this.context;
		await store.updateForUser(this.identifier, storageKeys.userData(this.identifier), (value) => {
			const stored = parseStoredUser(value);
			if (stored && !takeOver(this.data, this.#known, stored)) return undefined;
			return storedForm(this.data, refresh.storesRefreshToken);
		});
		this.#known = sessionState(this.data);
	}

	/** Takes over what another tab stored, as far as the storage can be read. */
	async reload(): Promise<void> {
		const stored = await readStoredUser(this.context.store, this.identifier).catch(() => undefined);
		if (stored && takeOver(this.data, this.#known, stored)) this.#known = sessionState(stored);
	}

	/** Remembers whether a login needs a second factor. */
	async setMfa(mfa: boolean): Promise<void> {
		if (this.data.mfa === mfa) return;
		this.data.mfa = mfa;
		await this.save();
	}

	/** {@link Account.forget}, and the session ends at the API, too, if that can be reached. */
	async logOut(): Promise<void> {
		const tokens = this.#data;
		try {
			await this.forget();
		} finally {
			if (tokens) await endSession(this.context.client, tokens);
		}
	}

	/** Removes everything of the user from memory and the storage; what is under way can't bring it back. */
	forget(): Promise<void> {
		this.#data = undefined;
		this.#loggedOut ??= this.#remove().catch((error: unknown) => {
			this.#loggedOut = undefined;
			throw error;
		});
		return this.#loggedOut;
	}

	/** Resolves when no log out is under way. */
	async settled(): Promise<void> {
		await this.#loggedOut?.catch(() => undefined);
	}

	async #remove(): Promise<void> {
		try {
			await this.context.store.removeUser(this.identifier, this.#userId);
		} finally {
			await clearFaces(this.context);
		}
	}

	#findKey(id: string): UserKeyData | undefined {
		const { key_map, user_keys } = this.data;
		const index = key_map.get(id);
		return index === undefined ? undefined : user_keys[index];
	}
}

export function toUserKeyData(key: OpenedUserKey): UserKeyData {
	const signKeyId = key.exportedPublicKeySigKeyId;
	return {
		private_key: key.privateKey,
		public_key: key.publicKey,
		group_key: key.groupKey,
		group_key_id: key.groupKeyId,
		time: key.time,
		sign_key: key.signKey,
		verify_key: key.verifyKey,
		exported_public_key: key.exportedPublicKey,
		exported_verify_key: key.exportedVerifyKey,
		...(signKeyId !== undefined && { exported_public_key_sig_key_id: signKeyId }),
	};
}
