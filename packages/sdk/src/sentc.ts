import { InvalidInput, isSentcError, type SentcError } from "@sentc-ts/core-crypto";
import { createClient, REFRESH_ENDPOINT } from "@sentc-ts/transport";
import { type CryptoFaces, closeFaces, createFaces } from "./crypto.js";
import { MfaRequired, NoActualUser, NotInitialised, StorageFailed } from "./errors.js";
import { checkId, checkText } from "./input.js";
import { publicKeysOfOtherApi } from "./public-keys/other-api.js";
import type { PublicKeys } from "./public-keys/public-keys.js";
import { Registration } from "./registration.js";
import { type Context, createContext, type SentcOptions } from "./session/context.js";
import { login, mfaLogin } from "./session/login.js";
import { Session } from "./session/session.js";
import { readStoredUser } from "./session/stored.js";
import { storageKeys } from "./storage/keys.js";
import type { StorageInterface } from "./storage/types.js";
import type { GroupPublicKeyData, UserMfaLogin, UserPublicKeyData } from "./types.js";
import { User } from "./user/user.js";

/** What a login leads to: the user, or the second factor. */
export type LoginUser<T = User> = { kind: "user"; u: T } | { kind: "mfa"; u: UserMfaLogin };

interface Login {
	session: Session;
	user: User;
}

/**
 * The entry to everything (protocol/sdk-api §5). Functions whose names start with `prepare`, `done` or `generate` are
 * synchronous, need no `init` and send nothing; the others work after `init` and throw `NotInitialised` before.
 */
export class SentcClient extends Registration {
	/** The options that `init` took, with the defaults of `base_url` and `refresh`. Not there before. */
	options!: SentcOptions;
	/** Why `init` did not answer a user although one is stored: `SessionEnded` means log in again. */
	resumeError: SentcError | undefined;
	readonly #defaults: Partial<SentcOptions>;
	readonly #logins: Map<string, Login> = new Map();
	#faces: CryptoFaces | undefined;
	#context: Context | undefined;
	#starting: Promise<User | undefined> | undefined;

	/** @param defaults taken for options that `init` is not given */
	constructor(defaults: Partial<SentcOptions> = {}) {
		super({ faces: () => this.#crypto, context: (call) => this.#ready(call) });
		this.#defaults = given(defaults);
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
		return this.#ready("getStore").store.storage;
	}

	/**
	 * Logs in; the password does not leave the device.
	 *
	 * @param force answer the user itself, and throw `MfaRequired` when a second factor is needed
	 * @throws ApiError `server_100`, `server_112` for a wrong identifier or password
	 */
	login(identifier: string, password: string, force?: false): Promise<LoginUser>;
	login(identifier: string, password: string, force: true): Promise<User>;
	async login(identifier: string, password: string, force = false): Promise<LoginUser | User> {
		const result = await login(this.#ready("login"), identifier, password);
		if (!(result instanceof Session)) {
			if (force) throw new MfaRequired();
			return { kind: "mfa", u: result };
		}
		const u = this.#remember(result).user;
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
		return this.#remember(await mfaLogin(this.#ready("mfaLogin"), token, u, false)).user;
	}

	/**
	 * {@link SentcClient.mfaLogin} without the app.
	 *
	 * @param recovery_key one of those that `registerOtp` answered; it is good for one login
	 * @throws ApiError `server_901` for an unknown or used key
	 */
	async mfaRecoveryLogin(recovery_key: string, u: UserMfaLogin): Promise<User> {
		return this.#remember(await mfaLogin(this.#ready("mfaRecoveryLogin"), recovery_key, u, true)).user;
	}

	/** A new JWT by the refresh strategy of `init`. */
	async refreshJwt(old_jwt: string, refresh_token: string): Promise<string> {
		checkId("old_jwt", old_jwt);
		checkText("refresh_token", refresh_token);
		return this.#ready("refreshJwt").refresh.refresh(old_jwt, refresh_token);
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
		const { session, user } = await this.#actual(this.#ready("getActualUser"));
		if (jwt) await user.getJwt();
		return username ? [user, session.identifier] : user;
	}

	/** The user whose session is stored under the identifier, without a request; `false` when there is none. */
	async getUser(identifier: string): Promise<User | false> {
		const context = this.#ready("getUser");
		checkId("identifier", identifier);
		return (await this.#stored(context, identifier))?.user ?? false;
	}

	/**
	 * The newest public key of a user; from the storage when it was fetched a short time ago. It is compared with the one that
	 * the user who is logged in knows.
	 *
	 * @throws KeyChanged when the key changed and the option `key_change` is `block`
	 */
	async getUserPublicKey(user_id: string): Promise<UserPublicKeyData> {
		const context = this.#ready("getUserPublicKey");
		return context.publicKeys.user(user_id, await this.#viewer(context));
	}

	/** The exported verify key of a user with the given id. @throws KeyChanged as `getUserPublicKey` */
	async getUserVerifyKey(user_id: string, verify_key_id: string): Promise<string> {
		const context = this.#ready("getUserVerifyKey");
		return context.publicKeys.verifyKey(user_id, verify_key_id, await this.#viewer(context));
	}

	/** The newest public key of a group. */
	async getGroupPublicKey(group_id: string): Promise<GroupPublicKeyData> {
		const context = this.#ready("getGroupPublicKey");
		return context.publicKeys.group(group_id, await this.#viewer(context));
	}

	/**
	 * Is the public key signed by the user's verify key? `false` without a signature. A yes is remembered.
	 *
	 * @param public_key from `getUserPublicKey`
	 * @param force check again
	 * @throws KeyChanged as `getUserPublicKey`
	 */
	async verifyUserPublicKey(user_id: string, public_key: UserPublicKeyData, force = false): Promise<boolean> {
		const context = this.#ready("verifyUserPublicKey");
		return context.publicKeys.verifyUser(user_id, public_key, force, await this.#viewer(context));
	}

	/**
	 * {@link SentcClient.getUserPublicKey} of the API and app that are given; works without `init`. Of another than the own one
	 * nothing is stored, and no key is known to compare with.
	 *
	 * @throws InvalidInput naming `base_url` or `app_token`
	 */
	async getUserPublicKeyData(base_url: string, app_token: string, user_id: string): Promise<UserPublicKeyData> {
		const { keys, viewer } = await this.#keysOf(base_url, app_token);
		return keys.user(user_id, viewer);
	}

	/** {@link SentcClient.getUserVerifyKey} of the API and app that are given, as {@link SentcClient.getUserPublicKeyData}. */
	async getUserVerifyKeyData(
		base_url: string,
		app_token: string,
		user_id: string,
		verify_key_id: string,
	): Promise<string> {
		const { keys, viewer } = await this.#keysOf(base_url, app_token);
		return keys.verifyKey(user_id, verify_key_id, viewer);
	}

	/** {@link SentcClient.getGroupPublicKey} of the API and app that are given, as {@link SentcClient.getUserPublicKeyData}. */
	async getGroupPublicKeyData(base_url: string, app_token: string, group_id: string): Promise<GroupPublicKeyData> {
		const { keys, viewer } = await this.#keysOf(base_url, app_token);
		return keys.group(group_id, viewer);
	}

	/** {@link SentcClient.verifyUserPublicKey} with the API and app that are given, as {@link SentcClient.getUserPublicKeyData}. */
	async verifyUsersPublicKey(
		base_url: string,
		app_token: string,
		user_id: string,
		public_key: UserPublicKeyData,
		force = false,
	): Promise<boolean> {
		const { keys, viewer } = await this.#keysOf(base_url, app_token);
		return keys.verifyUser(user_id, public_key, force, viewer);
	}

	/**
	 * Ends the worker and forgets the keys it kept, for servers and tests. What is stored stays. The instance must not be used
	 * afterwards: asynchronous functions throw `WORKER_CLOSED`.
	 */
	async close(): Promise<void> {
		if (this.#faces) await closeFaces(this.#faces);
	}

	get #crypto(): CryptoFaces {
		this.#faces ??= createFaces(this.#defaults.worker);
		return this.#faces;
	}

	#ready(call: string): Context {
		if (!this.#context) throw new NotInitialised(call);
		return this.#context;
	}

	async #start(options: Partial<SentcOptions>): Promise<User | undefined> {
		if (this.#context) return this.#current(this.#context);
		if (typeof options !== "object" || options === null) throw new InvalidInput("options", "must be an object");
		const taken = { ...this.#defaults, ...given(options) };
		if (options.worker !== undefined) this.#faces = createFaces(options.worker);
		const context = await createContext(taken, this.#crypto);
		this.#context = context;
		this.options = keptOptions(taken, context);
		try {
			return await this.#current(context, async ({ session, user }) => {
				user.group_invites = await session.resume();
			});
		} catch (error) {
			this.resumeError = isSentcError(error) ? error : new StorageFailed(error);
			return undefined;
		}
	}

	/** The user who logged in last, if any. */
	async #current(context: Context, use?: (login: Login) => Promise<void>): Promise<User | undefined> {
		const found = await ifAny(this.#actual(context));
		if (found) await use?.(found);
		return found?.user;
	}

	async #actual(context: Context): Promise<Login> {
		const identifier = await context.store.read(storageKeys.actualUser);
		if (typeof identifier !== "string" || identifier === "") throw new NoActualUser();
		const found = await this.#stored(context, identifier);
		if (!found) throw new NoActualUser("The stored session of the user is missing or damaged");
		return found;
	}

	/** The cache and who asks, when the API and app are those of `init`. */
	async #keysOf(base_url: string, app_token: string): Promise<{ keys: PublicKeys; viewer: Session | undefined }> {
		const { timeout, fetch } = this.#context ? this.options : this.#defaults;
		const client = createClient({ baseUrl: base_url, appToken: app_token, timeout, fetch });
		const own = this.#context;
		return own?.client.baseUrl === client.baseUrl && own.client.appToken === client.appToken
			? { keys: own.publicKeys, viewer: await this.#viewer(own) }
			: { keys: publicKeysOfOtherApi(client, this.#crypto), viewer: undefined };
	}

	/** Who asks for public keys. */
	async #viewer(context: Context): Promise<Session | undefined> {
		return (await ifAny(this.#actual(context)))?.session;
	}

	/** One object per identifier, so that a JWT is refreshed once. */
	async #stored(context: Context, identifier: string): Promise<Login | undefined> {
		const known = this.#logins.get(identifier);
		await known?.session.settled();
		const wasLoggedIn = known?.session.loggedIn;
		const data = await readStoredUser(context.store, identifier);
		// A log out that came meanwhile made of `data` what it should not be any more.
		if (wasLoggedIn && !known?.session.loggedIn) return this.#stored(context, identifier);
		if (!data) return undefined;
		return wasLoggedIn ? known : this.#remember(new Session(context, identifier, data));
	}

	#remember(session: Session): Login {
		const login = { session, user: new User(session) };
		this.#logins.set(session.identifier, login);
		return login;
	}
}

/**
 * A client of its own: for servers, tests, and several accounts in one process. Outside browsers it keeps its data in
 * memory. Whoever asks it to verify gets an error for what is not signed, unless `require_signatures` is `false`.
 *
 * @param options taken for options that `init` is not given
 */
export function createSentc(options: Partial<SentcOptions> = {}): SentcClient {
	return new SentcClient({ require_signatures: true, ...given(options) });
}

/** `undefined` when nobody is logged in. */
function ifAny(login: Promise<Login>): Promise<Login | undefined> {
	return login.catch((error: unknown) => {
		if (error instanceof NoActualUser) return undefined;
		throw error;
	});
}

function keptOptions({ wasm_path, ...taken }: Partial<SentcOptions>, { client }: Context): SentcOptions {
	const { baseUrl: base_url, appToken: app_token } = client;
	const refresh = { endpoint: REFRESH_ENDPOINT.api, endpoint_url: `${base_url}/api/v1/refresh` };
	return { refresh, ...taken, base_url, app_token };
}

/** Without the members that are `undefined`: an option that is left open must not switch a default off. */
function given(options: Partial<SentcOptions>): Partial<SentcOptions> {
	return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
