import { InvalidInput } from "@sentc-ts/core-crypto/wire";
import { type Client, createClient } from "@sentc-ts/transport";
import { parseAddress } from "@sentc-ts/transport/limits";
import { type Files, files } from "./files.js";
import { type ForcedGroups, forcedGroups } from "./forced-groups.js";
import { type ForcedLightGroups, forcedLightGroups } from "./forced-light-groups.js";
import { type ForcedUsers, forcedUsers } from "./forced-users.js";
import { type Groups, groups } from "./groups.js";
import { type Users, users } from "./users.js";

/** Where the API is and the token that lets an own backend speak for the app. */
export interface BackendOptions {
	/** Origin of the API, for example `https://api.example.com`. */
	base_url: string;
	/** Secret token of the app, base64. It must never reach a browser. */
	secret_token: string;
	/** How long a request may take in all, with its repetitions and the body of its answer, ms. Default 30 000. */
	timeout?: number | undefined;
	/** Another `fetch`, for example the handler of an embedded API. */
	fetch?: typeof globalThis.fetch | undefined;
}

/**
 * Everything an own backend asks the API for, with the secret token. One rule for all of it:
 *
 * - **With `input`** it is the middle step between a client's `prepare…` and `done…`: what the client prepared goes to the API
 *   as it is, and the API's answer comes back as text, as it is. A refusal is an answer too; the `read…` functions tell.
 * - **Without** the answer is read here: the result, or nothing, and an `ApiError` when the API refuses.
 *
 * Both throw `InvalidInput` before anything is sent, and `RequestError` when no answer comes. The API does not ask who the
 * secret token acts for: whether the caller may do it is for the own backend to decide.
 */
export interface Backend extends Users, Groups, Files, ForcedUsers, ForcedGroups, ForcedLightGroups {
	/**
	 * The same for one client: the API then limits what it asks for by the client's address, as it does for pages. Without it
	 * the requests of an own backend are not limited by address, so that whoever reaches it could flood the API through it.
	 *
	 * @param address IP address of the client: that of the socket or, behind a proxy of yours, what the proxy says
	 * @throws InvalidInput naming `address`
	 */
	forClient(address: string): Backend;
}

/**
 * Makes the client an own backend needs.
 *
 * @throws InvalidInput naming `base_url` or `secret_token`
 * @example
 * ```ts
 * import { createBackend, readRegistration } from "@sentc-ts/server-helpers";
 *
 * const backend = createBackend({ base_url: "https://api.example.com", secret_token: "<your secret token>" });
 *
 * // `input` is what the page's `Sentc.prepareRegister` returned; the answer goes back for its `Sentc.doneRegister`.
 * export async function register(input: string): Promise<string> {
 * 	const answer = await backend.register(input);
 * 	const { user_id } = readRegistration(answer);
 * 	console.log(`A new user: ${user_id}`);
 * 	return answer;
 * }
 * ```
 */
export function createBackend(options: BackendOptions): Backend {
	if (typeof options.secret_token !== "string" || options.secret_token === "") {
		throw new InvalidInput("secret_token", "must be the secret token of the app");
	}
	const client = createClient({
		baseUrl: options.base_url,
		appToken: options.secret_token,
		timeout: options.timeout,
		fetch: options.fetch,
	});
	return backendOf(client);
}

function backendOf(client: Client): Backend {
	return {
		forClient: (address) => backendOf(forAddress(client, address)),
		...users(client),
		...groups(client),
		...files(client),
		...forcedUsers(client),
		...forcedGroups(client),
		...forcedLightGroups(client),
	};
}

function forAddress(client: Client, address: string): Client {
	const clientAddress = typeof address === "string" ? parseAddress(address)?.text : undefined;
	if (clientAddress === undefined) throw new InvalidInput("address", "must be an IP address");
	return {
		...client,
		call: (route, input) => client.call(route, { ...input, clientAddress }),
		forward: (route, input) => client.forward(route, { ...input, clientAddress }),
	};
}
