import type { WorkerOptions } from "@sentc-ts/core-crypto";
import type { Client, RefreshOptions, RefreshStrategy, SessionEnded } from "@sentc-ts/transport";
import { createClient, createRefreshStrategy, parseRefreshOptions, REFRESH_ENDPOINT } from "@sentc-ts/transport";
import type { Cryptography } from "../crypto.js";
import type { KeyFailure } from "../key-errors.js";
import { PublicKeys, publicKeyOptions } from "../public-keys/public-keys.js";
import { type SignerPolicy, signerPolicy } from "../public-keys/signers.js";
import type { KeyChange, KeyChangePolicy } from "../public-keys/types.js";
import { openStorage, storageTimeout } from "../storage/open.js";
import { Store } from "../storage/store.js";
import type { StorageOptions } from "../storage/types.js";
import { apiAddress, filePartAddress } from "./base-url.js";
import type { SessionLeft } from "./jwt.js";

/** Options of `init` (protocol/sdk-api §2). */
export interface SentcOptions {
	/** Address of the API, without `/api/v1`. Default: the origin of the page; outside browsers it must be given. */
	base_url?: string | undefined;
	/** Public token of the app, base64. */
	app_token: string;
	/** `true` = an API on another machine may be asked by `http:`, where everybody on the way can read and change what travels. Default `false`. */
	allow_insecure_http?: boolean | undefined;
	/** Who refreshes the JWT. Default: the API. */
	refresh?: RefreshOptions | undefined;
	/**
	 * The app's own storage for the parts of files: prefix of the URLs that they are uploaded to, with the JWT, and downloaded from.
	 * `http:` as with `base_url`. Default: the API keeps them.
	 */
	file_part_url?: string | undefined;
	storage?: StorageOptions | undefined;
	/** Nothing is loaded: taken so that options written for the reference client fit. */
	wasm_path?: unknown;
	/**
	 * `true` = whoever asks to verify gets an error for data or group keys without a signature.
	 * Default: `false` for the default instance, `true` for `createSentc`.
	 */
	require_signatures?: boolean | undefined;
	/**
	 * Whose signature counts when group keys are verified: asked for each signer of keys that the API answers, not for keys that are stored.
	 * For others `SignerUnknown`. Only with `require_signatures`. Default: `({ known }) => known`.
	 */
	signers?: SignerPolicy | undefined;
	/**
	 * `true` = content of 4 bytes is signed, too, in groups and with content keys. Its ciphertext is as long as a group key, so
	 * that an API could pass it off as one that the user made. Default: `false` with `require_signatures`, else `true`.
	 */
	sign_short_content?: boolean | undefined;
	/**
	 * `true` = a password that the API refuses is tried once more at the Argon2id cost of builds of the reference client after
	 * 0.15, which use another cost under the same name: for accounts that such a build made. Default `false`.
	 */
	accept_newer_argon2?: boolean | undefined;
	/**
	 * Called once per user object when the API refuses to go on with the session. What this function and `on_session_left`
	 * throw goes to `reportError`, where there is one.
	 */
	on_session_end?: ((reason: SessionEnded, identifier: string) => void) | undefined;
	/**
	 * Called when a user logged out here, but the session goes on at the API: its refresh token stays valid there until it
	 * expires. `unsupported` = the API, as the reference's, has no way to end a session; `failed` = it could not be reached
	 * within 5 s, or refused. Of the extra login that a function with a password makes it says nothing.
	 */
	on_session_left?: ((reason: SessionLeft, identifier: string) => void) | undefined;
	/**
	 * Called once for each key of the user or of a group that was skipped because it can't be used; `user.unusable_keys` lists
	 * them. Somebody who once had the user's session may have made it: have the user check the devices and change the password.
	 *
	 * @param identifier of the user who is logged in
	 */
	on_unusable_key?: ((key: KeyFailure, identifier: string) => void) | undefined;
	/**
	 * Called once when the key of another user is not the one that this device knows: the user rotated the keys, or the API
	 * lies. Compare `createSafetyNumber` with that person.
	 *
	 * @param identifier of the user who is logged in
	 */
	on_key_change?: ((change: KeyChange, identifier: string) => void) | undefined;
	/**
	 * What happens with a changed key: `warn` goes on with it after `on_key_change`, `block` throws `KeyChanged` until
	 * `user.acceptKeyChange`. Default: `warn` for the default instance; for `createSentc` `block`, and `warn` with `on_key_change`.
	 */
	key_change?: KeyChangePolicy | undefined;
	/**
	 * `true` = `group.kickUser` also has the keys of the group rotated, and of the groups that the removed member reached through it, so
	 * that the member reads nothing of what comes. Default: `false` for the default instance, `true` for `createSentc`.
	 */
	rotate_on_removal?: boolean | undefined;
	/** How long public keys of other users and of groups are taken from the storage, ms. Default 1 h. */
	public_key_lifetime?: number | undefined;
	/** How long one request may take, ms. Default 30 000. */
	timeout?: number | undefined;
	/**
	 * Where the cryptography of the asynchronous functions runs. Default: what takes long in a worker, which starts with `init`, or with
	 * the first call that needs it, and ends when it is idle; in this thread what a message to the worker would cost more than. `{ url }`
	 * says where its script (`sentc.worker.js` of this package) is, `{ factory }`
	 * makes it. `false` = in this thread, which saves memory where many instances live.
	 */
	worker?: false | WorkerOptions | undefined;
	/** Another `fetch`, for example the handler of an embedded API. */
	fetch?: typeof globalThis.fetch | undefined;
}

/** What everything behind `init` works with. */
export interface Context extends Cryptography {
	readonly client: Client;
	readonly refresh: RefreshStrategy;
	readonly store: Store;
	readonly publicKeys: PublicKeys;
	/** Of the app's own storage for parts of files. */
	readonly filePartUrl: string | undefined;
	readonly requireSignatures: boolean;
	/** `undefined` = everybody's signature counts. */
	readonly signers: SignerPolicy | undefined;
	readonly rotateOnRemoval: boolean;
	readonly signShortContent: boolean;
	readonly acceptNewerArgon2: boolean;
	readonly onUnusableKey: (key: KeyFailure, identifier: string) => void;
	readonly onSessionEnd: (reason: SessionEnded, identifier: string) => void;
	readonly onSessionLeft: (reason: SessionLeft, identifier: string) => void;
}

/** @throws InvalidInput naming the option */
export async function createContext(options: Partial<SentcOptions>, cryptography: Cryptography): Promise<Context> {
	const client = createClient({
		baseUrl: apiAddress(options.base_url, options.allow_insecure_http === true),
		appToken: options.app_token ?? "",
		timeout: options.timeout,
		fetch: options.fetch,
	});
	const refresh = createRefreshStrategy(parseRefreshOptions(options.refresh), client, options.fetch);
	const filePartUrl = filePartAddress(options.file_part_url, options.allow_insecure_http === true);
	const keyOptions = publicKeyOptions(options);
	const requireSignatures = options.require_signatures ?? false;
	const storageOptions = options.storage ?? {};
	const timeout = storageTimeout(storageOptions);
	const store = new Store(await openStorage(storageOptions, timeout), timeout);
	return {
		...cryptography,
		client,
		refresh,
		store,
		publicKeys: new PublicKeys(client, store, cryptography, keyOptions),
		filePartUrl,
		requireSignatures,
		signers: signerPolicy(options.signers, requireSignatures),
		rotateOnRemoval: options.rotate_on_removal ?? false,
		signShortContent: options.sign_short_content ?? !requireSignatures,
		acceptNewerArgon2: options.accept_newer_argon2 ?? false,
		onUnusableKey: telling(options.on_unusable_key),
		onSessionEnd: telling(options.on_session_end),
		onSessionLeft: telling(options.on_session_left),
	};
}

/** As with an event: what the app's function throws is its own matter, and must not hide what it was told. */
function telling<Args extends unknown[]>(tell: ((...told: Args) => void) | undefined): (...told: Args) => void {
	return (...told) => {
		try {
			tell?.(...told);
		} catch (error) {
			globalThis.reportError?.(error);
		}
	};
}

/** The options as apps see them: with the defaults that the reference fills in. */
export function keptOptions({ wasm_path, ...taken }: Partial<SentcOptions>, { client }: Context): SentcOptions {
	const { baseUrl: base_url, appToken: app_token } = client;
	const refresh = { endpoint: REFRESH_ENDPOINT.api, endpoint_url: `${base_url}/api/v1/refresh` };
	return { refresh, ...taken, base_url, app_token };
}
