import { isSentcError, type SentcError } from "@sentc-ts/core-crypto";
import { MfaRequired, StorageFailed } from "./errors.js";
import { checkId, checkText } from "./input.js";
import { Registration } from "./registration.js";
import { keptOptions, type SentcOptions } from "./session/context.js";
import { login, mfaLogin } from "./session/login.js";
import { Session } from "./session/session.js";
import type { StorageInterface } from "./storage/types.js";
import type { GroupPublicKeyData, UserMfaLogin, UserPublicKeyData } from "./types.js";
import { Instance } from "./user/instance.js";
import type { User } from "./user/user.js";

/** What a login leads to: the user, or the second factor. */
export type LoginUser<T = User> = { kind: "user"; u: T } | { kind: "mfa"; u: UserMfaLogin };

/**
 * The entry to everything (protocol/sdk-api §5). Functions whose names start with `prepare`, `done` or `generate` are
 * synchronous, need no `init` (but in the classic script) and send nothing; the others work after `init` and throw `NotInitialised` before.
 *
 * Whatever else a function throws: `InvalidInput` naming the parameter, `StorageFailed`, and when it asks the API `RequestError`
 * (no answer), `EnvelopeError` (something else answered), `ApiError` (it refused).
 *
 * @example
 * ```ts
 * import Sentc, { type User } from "@sentc-ts/sdk";
 *
 * export async function start(identifier: string, password: string, askForCode: () => Promise<string>): Promise<User> {
 * 	const resumed = await Sentc.init({ base_url: "https://api.example.com", app_token: "<your app token>" });
 * 	if (resumed) return resumed;
 * 	const login = await Sentc.login(identifier, password);
 * 	return login.kind === "user" ? login.u : Sentc.mfaLogin(await askForCode(), login.u);
 * }
 * ```
 */
export class SentcClient extends Registration {
	/** The options that `init` took, with the defaults of `base_url` and `refresh`. Not there before. */
	options!: SentcOptions;
	/** Why `init` did not answer a user although one is stored: `SessionEnded` means log in again. */
	resumeError: SentcError | undefined;
	readonly #instance: Instance;
	#starting: Promise<User | undefined> | undefined;

	/**
	 * @param defaults taken for options that `init` is not given
	 * @param strict `true` = as `createSentc`: a changed key of another user blocks, unless the app hears of it or says otherwise
	 */
	constructor(defaults: Partial<SentcOptions> = {}, strict = false) {
		const instance = new Instance(defaults, strict);
		super(instance);
		this.#instance = instance;
	}

	/**
	 * Sets everything up and goes on with the stored session, if there is one. Later calls answer the current user and
	 * ignore the options.
	 *
	 * @returns the user who is logged in; `undefined` when nobody is, or when the session could not go on (`resumeError`).
	 * In the latter case the stored data stays and `getActualUser` answers the user
	 * @throws InvalidInput naming the option that is missing or wrong
	 */
	init(options: Partial<SentcOptions> = {}): Promise<User | undefined> {
		this.#starting ??= this.#start(options).finally(() => {
			this.#starting = undefined;
		});
		return this.#starting;
	}

	/** The storage in use. */
	async getStore(): Promise<StorageInterface> {
		return this.#instance.ready("getStore").context.store.storage;
	}

	/**
	 * Logs in; the password does not leave the device.
	 *
	 * @param force answer the user itself, and throw `MfaRequired` when a second factor is needed
	 * @throws ApiError `server_100`, `server_112` for a wrong identifier or password
	 * @throws AnswerForged when the API answered the keys of somebody else
	 */
	login(identifier: string, password: string, force?: false): Promise<LoginUser>;
	login(identifier: string, password: string, force: true): Promise<User>;
	async login(identifier: string, password: string, force = false): Promise<LoginUser | User> {
		const { context, logins } = this.#instance.ready("login");
		const result = await login(context, identifier, password);
		if (!(result instanceof Session)) {
			if (force) throw new MfaRequired();
			return { kind: "mfa", u: result };
		}
		const u = logins.remember(result).user;
		return force ? u : { kind: "user", u };
	}

	/**
	 * Goes on with a login that needs a second factor.
	 *
	 * @param token the code of the authenticator app
	 * @param u from `login`
	 * @throws ApiError `server_902` for a wrong code
	 */
	async mfaLogin(token: string, u: UserMfaLogin): Promise<User> {
		return this.#mfaLogin("mfaLogin", token, u, false);
	}

	/**
	 * {@link SentcClient.mfaLogin} without the app.
	 *
	 * @param recovery_key one of those that `registerOtp` answered; it is good for one login
	 * @throws ApiError `server_901` for an unknown or used key
	 */
	async mfaRecoveryLogin(recovery_key: string, u: UserMfaLogin): Promise<User> {
		return this.#mfaLogin("mfaRecoveryLogin", recovery_key, u, true);
	}

	/**
	 * A new JWT by the refresh strategy of `init`; `user.getJwt()` does this by itself. The refresh token stays the same.
	 *
	 * @throws RefreshFailed when no new JWT came · SessionEnded when the API refused to go on
	 */
	async refreshJwt(old_jwt: string, refresh_token: string): Promise<string> {
		checkId("old_jwt", old_jwt);
		checkText("refresh_token", refresh_token);
		return (await this.#instance.ready("refreshJwt").context.refresh.refresh(old_jwt, refresh_token)).jwt;
	}

	/**
	 * The user who logged in last.
	 *
	 * @param jwt `true` = with a valid JWT
	 * @param username `true` = the identifier, too
	 * @throws NoActualUser when nobody is logged in
	 */
	getActualUser(jwt?: boolean, username?: false): Promise<User>;
	getActualUser(jwt: false, username: true): Promise<[User, string]>;
	async getActualUser(jwt = false, username = false): Promise<User | [User, string]> {
		const { session, user } = await this.#instance.ready("getActualUser").logins.actual();
		if (jwt) await user.getJwt();
		return username ? [user, session.identifier] : user;
	}

	/** The user whose session is stored under the identifier, without a request; `false` when there is none. */
	async getUser(identifier: string): Promise<User | false> {
		const { logins } = this.#instance.ready("getUser");
		checkId("identifier", identifier);
		return (await logins.stored(identifier))?.user ?? false;
	}

	/**
	 * The newest public key of a user; from the storage when it was fetched a short time ago. It is compared with the one that
	 * the user who is logged in knows.
	 *
	 * @throws KeyChanged when the key changed and the option `key_change` is `block`
	 */
	async getUserPublicKey(user_id: string): Promise<UserPublicKeyData> {
		const { context, logins } = this.#instance.ready("getUserPublicKey");
		return context.publicKeys.user(user_id, await logins.currentSession());
	}

	/**
	 * The exported verify key of a user with the given id.
	 *
	 * @throws AnswerForged when the API answers the key of another id · KeyChanged as `getUserPublicKey`
	 */
	async getUserVerifyKey(user_id: string, verify_key_id: string): Promise<string> {
		const { context, logins } = this.#instance.ready("getUserVerifyKey");
		return context.publicKeys.verifyKey(user_id, verify_key_id, await logins.currentSession());
	}

	/** The newest public key of a group. @throws AnswerForged when it is an older one than the API answered before, or has other bytes */
	async getGroupPublicKey(group_id: string): Promise<GroupPublicKeyData> {
		const { context, logins } = this.#instance.ready("getGroupPublicKey");
		return context.publicKeys.group(group_id, await logins.currentSession());
	}

	/**
	 * Is the public key signed by the user's verify key? `false` without a signature. A yes is remembered.
	 *
	 * @param public_key from `getUserPublicKey`
	 * @param force check again
	 * @throws KeyChanged as `getUserPublicKey`
	 */
	async verifyUserPublicKey(user_id: string, public_key: UserPublicKeyData, force = false): Promise<boolean> {
		const { context, logins } = this.#instance.ready("verifyUserPublicKey");
		return context.publicKeys.verifyUser(user_id, public_key, force, await logins.currentSession());
	}

	/**
	 * {@link SentcClient.getUserPublicKey} of the API and app that are given; works without `init`. Of another than the own one
	 * nothing is stored, and no key is known to compare with.
	 *
	 * @throws InvalidInput naming `base_url` or `app_token`
	 */
	async getUserPublicKeyData(base_url: string, app_token: string, user_id: string): Promise<UserPublicKeyData> {
		const { keys, own } = await this.#instance.keysOf(base_url, app_token);
		return keys.user(user_id, own);
	}

	/** {@link SentcClient.getUserVerifyKey} of the API and app that are given, as {@link SentcClient.getUserPublicKeyData}. */
	async getUserVerifyKeyData(
		base_url: string,
		app_token: string,
		user_id: string,
		verify_key_id: string,
	): Promise<string> {
		const { keys, own } = await this.#instance.keysOf(base_url, app_token);
		return keys.verifyKey(user_id, verify_key_id, own);
	}

	/** {@link SentcClient.getGroupPublicKey} of the API and app that are given, as {@link SentcClient.getUserPublicKeyData}. */
	async getGroupPublicKeyData(base_url: string, app_token: string, group_id: string): Promise<GroupPublicKeyData> {
		const { keys, own } = await this.#instance.keysOf(base_url, app_token);
		return keys.group(group_id, own);
	}

	/** {@link SentcClient.verifyUserPublicKey} with the API and app that are given, as {@link SentcClient.getUserPublicKeyData}. */
	async verifyUsersPublicKey(
		base_url: string,
		app_token: string,
		user_id: string,
		public_key: UserPublicKeyData,
		force = false,
	): Promise<boolean> {
		const { keys, own } = await this.#instance.keysOf(base_url, app_token);
		return keys.verifyUser(user_id, public_key, force, own);
	}

	/**
	 * Ends the worker and forgets the keys it kept, for servers and tests. What is stored stays. The instance must not be used
	 * afterwards: asynchronous functions throw `WORKER_CLOSED`.
	 */
	async close(): Promise<void> {
		await this.#instance.close();
	}

	async #mfaLogin(call: string, token: string, u: UserMfaLogin, recovery: boolean): Promise<User> {
		const { context, logins } = this.#instance.ready(call);
		return logins.remember(await mfaLogin(context, token, u, recovery)).user;
	}

	async #start(options: Partial<SentcOptions>): Promise<User | undefined> {
		const { started } = this.#instance;
		if (started) return (await started.logins.current())?.user;
		const { context, logins, options: taken } = await this.#instance.start(options);
		this.options = keptOptions(taken, context);
		try {
			const found = await logins.current();
			if (found) found.user.group_invites = await found.session.resume();
			return found?.user;
		} catch (error) {
			this.resumeError = isSentcError(error) ? error : new StorageFailed(error);
			return undefined;
		}
	}
}
