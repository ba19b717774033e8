import { DeviceStart } from "./devices/start-device.js";
import type { Context } from "./session/context.js";
import * as registration from "./session/registration.js";
import type { Instance } from "./user/instance.js";

/** How people and devices get into the system, each step with its `prepare` and `done` (protocol/sdk-api §9). */
export class Registration {
	readonly #instance: Instance;
	readonly #deviceStart = new DeviceStart();

	constructor(instance: Instance) {
		this.#instance = instance;
	}

	/** `true` = nobody has the identifier. `false` for an empty one, without a request. */
	async checkUserIdentifierAvailable(identifier: string): Promise<boolean> {
		if (identifier === "") return false;
		return registration.checkIdentifierAvailable(this.#context("checkUserIdentifierAvailable"), identifier);
	}

	/** Body of `POST /exists`; `false` for an empty identifier. */
	prepareCheckUserIdentifierAvailable(identifier: string): string | false {
		return identifier === "" ? false : registration.prepareIdentifierCheck(identifier);
	}

	/**
	 * Is the identifier free?
	 *
	 * @param server_output the answer of the API, as text
	 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
	 */
	doneCheckUserIdentifierAvailable(server_output: string): boolean {
		return registration.doneIdentifierCheck(server_output);
	}

	/** A random identifier (27 characters) and password (54 characters), for a device without a person. */
	generateRegisterData(): [string, string] {
		const { identifier, password } = this.#instance.cryptography.crypto.generateRegisterData({});
		return [identifier, password];
	}

	/**
	 * Registers a user. By default an app lets only its own backend do this: see `prepareRegister`.
	 *
	 * @param identifier at most 1024 bytes of UTF-8
	 * @returns the user id; at once `false` when one of the two is empty
	 * @throws ApiError `server_101` when the identifier is taken, `server_203` when the app does not allow it
	 */
	register(identifier: string, password: string): Promise<string> | false {
		if (identifier === "" || password === "") return false;
		return this.#after("register", (context) => registration.register(context, identifier, password));
	}

	/**
	 * Body of `POST /register`, for an own backend. Derives keys from the password: blocks for about 0.05 s.
	 *
	 * @throws InvalidInput naming `identifier` or `password`
	 * @example
	 * ```ts
	 * import Sentc from "@sentc-ts/sdk";
	 *
	 * // The own backend adds its secret token and passes the body on to the API.
	 * export async function register(identifier: string, password: string): Promise<string> {
	 * 	const body = await Sentc.prepareRegisterAsync(identifier, password);
	 * 	const answer = await fetch("/register", { method: "POST", body });
	 * 	return Sentc.doneRegister(await answer.text());
	 * }
	 * ```
	 */
	prepareRegister(identifier: string, password: string): string {
		return registration.prepareRegister(this.#instance.cryptography.crypto, identifier, password);
	}

	/** {@link Registration.prepareRegister} without blocking. */
	prepareRegisterAsync(identifier: string, password: string): Promise<string> {
		return registration.prepareRegisterAsync(this.#instance.cryptography, identifier, password);
	}

	/**
	 * Checks the answer to a registration.
	 *
	 * @param server_output the answer of the API, as text
	 * @returns the user id
	 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
	 */
	doneRegister(server_output: string): string {
		return registration.doneRegister(server_output);
	}

	/**
	 * Asks for this device to be added to an account.
	 *
	 * @returns the answer of the API as text, to be carried to a device that is logged in (`user.registerDevice`); at once
	 * `false` when one of the two is empty
	 * @throws ApiError `server_101` when the identifier is taken
	 * @throws AnswerForged when the API answers another device than was sent
	 */
	registerDeviceStart(identifier: string, password: string): Promise<string> | false {
		if (identifier === "" || password === "") return false;
		return this.#after("registerDeviceStart", (context) => this.#deviceStart.run(context, identifier, password));
	}

	/**
	 * Body of `POST /user/prepare_register_device`, for an own backend. Blocks for about 0.05 s.
	 *
	 * @throws InvalidInput naming `identifier` or `password`
	 */
	prepareRegisterDeviceStart(identifier: string, password: string): string {
		return this.#deviceStart.prepare(this.#instance.cryptography.crypto, identifier, password);
	}

	/** {@link Registration.prepareRegisterDeviceStart} without blocking. */
	prepareRegisterDeviceStartAsync(identifier: string, password: string): Promise<string> {
		return this.#deviceStart.prepareAsync(this.#instance.cryptography, identifier, password);
	}

	/**
	 * Checks the answer: all keys of the account will be encrypted for the public key in it.
	 *
	 * @param server_output the answer of the API, as text
	 * @param prepared_input what `prepareRegisterDeviceStart` answered. Without it, the answer must be about a device that this
	 * instance prepared; one that prepared none, as after a reload, checks only the form
	 * @throws ApiError when the API refused · EnvelopeError when the text is not an answer of the API
	 * @throws AnswerForged when it is about another device than was prepared
	 */
	doneRegisterDeviceStart(server_output: string, prepared_input?: string): void {
		this.#deviceStart.done(server_output, prepared_input);
	}

	/** A call too early rejects, as all that is asynchronous. */
	async #after<T>(call: string, run: (context: Context) => Promise<T>): Promise<T> {
		return run(this.#context(call));
	}

	#context(call: string): Context {
		return this.#instance.ready(call).context;
	}
}
