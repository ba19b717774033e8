import type { UserKeyData as OpenedUserKey } from "@sentc-ts/core-crypto";
import { createRefreshStrategy, REFRESH_ENDPOINT, SessionEnded } from "@sentc-ts/transport";
import { type GroupInvite, userKeyRoutes, userRoutes } from "@sentc-ts/transport/contract";
import { requireSameId } from "../answer.js";
import type { Context } from "../context.js";
import { clearFaces } from "../crypto.js";
import { KeyNotFound } from "../errors.js";
import { checkId } from "../input.js";
import { storageKeys } from "../storage/keys.js";
import type { UserData, UserKeyData } from "../types.js";
import { Session } from "./session.js";
import { storedForm } from "./stored.js";

/** A logged-in user: the state that `User` and every `Group` of the user share. */
export class Account {
	readonly context: Context;
	/** Of the device, as it was given to login. */
	readonly identifier: string;
	readonly session: Session;
	readonly #userId: string;
	#data: UserData | undefined;
	#loggedOut: Promise<void> | undefined;

	constructor(context: Context, identifier: string, data: UserData) {
		this.context = context;
		this.identifier = identifier;
		this.#userId = data.user_id;
		this.#data = data;
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

	/** @param newest encrypt and sign with it from now on */
	async fetchUserKey(key_id: string, newest: boolean): Promise<UserKeyData> {
		checkId("key_id", key_id);
		const { backend, client } = this.context;
		const userKey = await client.call(userKeyRoutes.userKey, { jwt: await this.session.getJwt(), params: { key_id } });
		requireSameId(key_id, userKey.group_key_id);
		const opened = await backend.openUserKey({ privateKey: this.data.device.private_key, userKey });
		const { data } = this;
		// A key that is here already stays: the server can't put another one in its place.
		const key = this.#findKey(key_id) ?? toUserKeyData(opened);
		if (!data.key_map.has(key_id)) data.key_map.set(key_id, data.user_keys.push(key) - 1);
		if (newest) data.newest_key_id = key_id;
		await this.save();
		return key;
	}

	/** Goes on with a stored session: a new JWT and the open invites (spec user-protocol §10.3). */
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
					const answer = await client.call(userRoutes.init, { jwt, body });
					invites = answer.invites;
					return answer.jwt;
				},
			},
			client,
		);
		await this.session.refresh(viaInit);
		return invites;
	}

	/** Stores what changed; after a log out, also one in another tab, it stores nothing. */
	save(): Promise<void> {
		const { refresh, store } = this.context;
		const key = storageKeys.userData(this.identifier);
		return store.writeForUser(this.identifier, key, storedForm(this.data, refresh.storesRefreshToken));
	}

	/** Removes everything of the user from memory and the storage; what is under way can't bring it back. */
	logOut(): Promise<void> {
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
