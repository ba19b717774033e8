import { InvalidInput, loadCrypto } from "@sentc-ts/core-crypto";
import { createClient } from "@sentc-ts/transport";
import { type Cryptography, closeCryptography, createCryptography } from "../crypto.js";
import { NotInitialised } from "../errors.js";
import { type PublicKeys, publicKeysOfOtherApi } from "../public-keys/public-keys.js";
import { apiAddress } from "../session/base-url.js";
import { type Context, createContext, type SentcOptions } from "../session/context.js";
import type { Session } from "../session/session.js";
import { Logins } from "./logins.js";

/** What is there from `init` on. */
interface Started {
	readonly options: Partial<SentcOptions>;
	readonly context: Context;
	readonly logins: Logins;
}

/** What one instance of the SDK works with: the cryptography at once, the rest from `init` on. */
export class Instance {
	readonly #defaults: Partial<SentcOptions>;
	readonly #strict: boolean;
	#cryptography: Cryptography | undefined;
	#started: Started | undefined;

	/**
	 * @param defaults taken for options that `start` is not given
	 * @param strict a changed key blocks when the app neither says what happens nor hears of it
	 */
	constructor(defaults: Partial<SentcOptions>, strict: boolean) {
		this.#defaults = given(defaults);
		this.#strict = strict;
	}

	/** @throws InvalidInput naming `worker` or its member */
	get cryptography(): Cryptography {
		this.#cryptography ??= createCryptography(this.#defaults.worker);
		return this.#cryptography;
	}

	/** `undefined` before {@link Instance.start}. */
	get started(): Started | undefined {
		return this.#started;
	}

	/** @throws NotInitialised naming the call, before {@link Instance.start} */
	ready(call: string): Started {
		if (!this.#started) throw new NotInitialised(call);
		return this.#started;
	}

	/** @throws InvalidInput naming the option that is missing or wrong · WorkerError in the classic script without the worker's */
	async start(options: Partial<SentcOptions>): Promise<Started> {
		if (typeof options !== "object" || options === null) throw new InvalidInput("options", "must be an object");
		const taken = this.#withPolicy({ ...this.#defaults, ...given(options) });
		if (options.worker !== undefined) this.#cryptography = createCryptography(options.worker);
		await loadCrypto();
		const context = await createContext(taken, this.cryptography);
		this.cryptography.backend.warmUp();
		this.#started = { options: taken, context, logins: new Logins(context) };
		return this.#started;
	}

	/** The public keys of the API and app that are given, and the own user when those are of `init`. */
	async keysOf(base_url: string, app_token: string): Promise<{ keys: PublicKeys; own: Session | undefined }> {
		const { allow_insecure_http, timeout, fetch } = this.#started?.options ?? this.#defaults;
		const address = apiAddress(base_url, allow_insecure_http === true);
		const client = createClient({ baseUrl: address, appToken: app_token, timeout, fetch });
		await loadCrypto();
		const started = this.#started;
		const { baseUrl, appToken } = started?.context.client ?? {};
		return started && baseUrl === client.baseUrl && appToken === client.appToken
			? { keys: started.context.publicKeys, own: await started.logins.currentSession() }
			: { keys: publicKeysOfOtherApi(client, this.cryptography), own: undefined };
	}

	#withPolicy(options: Partial<SentcOptions>): Partial<SentcOptions> {
		const blocks = this.#strict && options.key_change === undefined && options.on_key_change === undefined;
		return blocks ? { ...options, key_change: "block" } : options;
	}

	async close(): Promise<void> {
		if (this.#cryptography) await closeCryptography(this.#cryptography);
	}
}

/** Without the members that are `undefined`: an option that is left open must not switch a default off. */
function given(options: Partial<SentcOptions>): Partial<SentcOptions> {
	return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
