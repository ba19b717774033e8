import { randomBytes, randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	type Api,
	type ApiConfig,
	type AppFilesInput,
	type AppOptions,
	createApi,
	folderStorage,
	type Listening,
	listen,
	type NewApp,
} from "@sentc-ts/api-server";
import { LAX_OPTIONS } from "@sentc-ts/transport/contract";
import { Clock } from "./clock.js";

export interface ApiOptions extends Partial<Omit<ApiConfig, "now" | "developmentApp">> {
	/** Options of the app: above all, who may call what. Default: its public token may do everything. `"development"`: the app of a first start. */
	readonly app?: Partial<AppOptions> | "development";
	/** Default: a running one. */
	readonly clock?: Clock;
}

/** An API with an empty database, one app and a storage for its files, in this process. */
export interface TestApi {
	readonly api: Api;
	readonly app: NewApp;
	readonly clock: Clock;
	/** Where the database is, for who opens it beside the API. */
	readonly database: string;
	readonly rootKey: Uint8Array;
	close(): Promise<void>;
}

export async function createTestApi(options: ApiOptions = {}): Promise<TestApi> {
	const { app = LAX_OPTIONS, clock = Clock.running(), ...config } = options;
	const { database = ":memory:", rootKey = new Uint8Array(randomBytes(32)) } = config;
	const files = join(tmpdir(), `sentc-files-${randomUUID()}`);
	const { fileStorage = folderStorage(files) } = config;
	const developmentApp = app === "development";
	const api = await createApi({ ...config, database, rootKey, developmentApp, fileStorage, now: clock.now });
	return {
		api,
		app: app === "development" ? requireApp(api) : await api.apps.create({ options: app, files: { storage: "own" } }),
		clock,
		database,
		rootKey,
		async close() {
			await api.close();
			await rm(files, { recursive: true, force: true });
		},
	};
}

function requireApp({ developmentApp }: Api): NewApp {
	if (!developmentApp) throw new Error("The API has no development app");
	return developmentApp;
}

/** An API on a free port of this machine. */
export interface ServedApi extends Omit<TestApi, "api"> {
	/** As the SDK takes them. */
	readonly base_url: string;
	readonly app_token: string;
	/** `METHOD /path` of every request, in order. */
	readonly requests: string[];
	/** The requests that a call sends, if nothing else is under way. */
	requestsOf(call: () => unknown): Promise<string[]>;
	/** One more app; by default its public token may do everything. */
	createApp(options?: Partial<AppOptions>): Promise<NewApp>;
	/** Changes where the parts of the files of the app are. */
	setFiles(files: AppFilesInput): Promise<void>;
	/** Lets the API do what goes on after its answers, such as its part of a key rotation. */
	runJobs(): Promise<void>;
	/** Ends the API's listening; its data stays. */
	stop(): Promise<void>;
	/** Listens again, on the same port. */
	restart(): Promise<void>;
	/** The API loses all its data, sessions included; the development app has the same tokens. */
	empty(): Promise<void>;
}

export async function startApi(options: ApiOptions = {}): Promise<ServedApi> {
	let current = await createTestApi(options);
	const { app, clock, database, rootKey } = current;
	const requests: string[] = [];
	const logged = (request: Request, caller: Parameters<Api["fetch"]>[1]): Promise<Response> => {
		requests.push(`${request.method} ${new URL(request.url).pathname}`);
		return current.api.fetch(request, caller);
	};
	const serve = (port: number): Promise<Listening> => listen({ fetch: logged }, { host: "127.0.0.1", port });
	let listening = await serve(0);
	const { url } = listening;
	const stop = (): Promise<void> => listening.close();
	const restart = async (): Promise<void> => {
		listening = await serve(Number(new URL(url).port));
	};
	return {
		...{ app, clock, database, rootKey, requests, stop, restart },
		base_url: url,
		app_token: app.publicToken,
		async requestsOf(call) {
			const before = requests.length;
			await call();
			return requests.slice(before);
		},
		createApp: (endpoints = LAX_OPTIONS) => current.api.apps.create({ options: endpoints, files: { storage: "own" } }),
		async setFiles(files) {
			await current.api.apps.update(app.appId, { files });
		},
		runJobs: () => current.api.runJobs(),
		async empty() {
			await stop();
			await current.close();
			current = await createTestApi({ ...options, clock, rootKey });
			await restart();
		},
		async close() {
			await stop();
			await current.close();
		},
	};
}
