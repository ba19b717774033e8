import { type Api, createApi, generateRootKey, listen } from "@sentc-ts/api-server";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { createSentc, MemoryStorage, type SentcClient, type SentcOptions, type User } from "../src/index.js";

/** A running API with an empty database and an app whose public token may do everything. */
export interface TestApi {
	base_url: string;
	app_token: string;
	/** `METHOD /path` of every request, in order. */
	requests: string[];
	/** Moves the clock of the API, ms. */
	shiftClock(milliseconds: number): void;
	/** Lets the API do what goes on after its answers, such as its part of a key rotation. */
	runJobs(): Promise<void>;
	close(): Promise<void>;
}

export async function startApi(): Promise<TestApi> {
	let shift = 0;
	const requests: string[] = [];
	const api: Api = await createApi({
		database: ":memory:",
		rootKey: generateRootKey(),
		now: () => Date.now() + shift,
	});
	const app = await api.apps.create({ options: LAX_OPTIONS });
	const logged = (request: Request): Promise<Response> => {
		requests.push(`${request.method} ${new URL(request.url).pathname}`);
		return api.fetch(request);
	};
	const { url, close } = await listen({ fetch: logged }, { host: "127.0.0.1", port: 0 });
	return {
		base_url: url,
		app_token: app.publicToken,
		requests,
		shiftClock: (milliseconds) => {
			shift = milliseconds;
		},
		runJobs: () => api.runJobs(),
		close: async () => {
			await close();
			await api.close();
		},
	};
}

/** A JWT that the API issues with its clock shifted by this is about to expire: 10 s are left of 5 min. */
export const ALMOST_EXPIRED = -(5 * 60 - 10) * 1000;

/** An instance that is ready, with a memory storage of its own. */
export async function startSentc(
	{ base_url, app_token }: TestApi,
	options: Partial<SentcOptions> = {},
): Promise<{ sentc: SentcClient; storage: MemoryStorage }> {
	const storage = new MemoryStorage();
	const sentc = createSentc({ base_url, app_token, storage: { getStorage: async () => storage }, ...options });
	await sentc.init();
	return { sentc, storage };
}

let names = 0;

/** An identifier nobody has. */
export function freshName(): string {
	names++;
	return `person ${names}`;
}

export const PASSWORD = "correct horse";

/** Registers a new user and logs in. */
export async function newUser(sentc: SentcClient, identifier: string = freshName()): Promise<User> {
	await sentc.register(identifier, PASSWORD);
	return sentc.login(identifier, PASSWORD, true);
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
	try {
		await promise;
	} catch (error) {
		return error;
	}
	throw new Error("The promise was fulfilled");
}

/** What a function throws. */
export function thrown(call: () => unknown): unknown {
	try {
		call();
	} catch (error) {
		return error;
	}
	throw new Error("The function returned");
}
