import { randomBytes } from "node:crypto";
import { type Api, createApi, type Listening, listen } from "@sentc-ts/api-server";
import { startOwnBackend } from "@sentc-ts/app-own-backend";

export const HELP_DESK_PASSWORD = "we-know-who-is-calling";

/** The API and the own backend, each on a free port of its own, in this process. */
export interface Servers {
	readonly apiUrl: string;
	readonly backendUrl: string;
	readonly publicToken: string;
	/** The clock of the API, ms. */
	now(): number;
	/** Moves the clock of the API forward, ms. */
	advance(time: number): void;
	/** Ends the own backend alone. */
	stopBackend(): Promise<void>;
	/** Ends the API alone. */
	stopApi(): Promise<void>;
	/** Starts the API again, with its data and on its port. */
	restartApi(): Promise<void>;
	/** The API loses all its data, sessions included; its app has the same tokens. */
	emptyApi(): Promise<void>;
	close(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
	let ahead = 0;
	const now = (): number => Date.now() + ahead;
	const rootKey = new Uint8Array(randomBytes(32));
	const createEmptyApi = (): Promise<Api> => createApi({ database: ":memory:", rootKey, developmentApp: true, now });
	let api = await createEmptyApi();
	const app = api.developmentApp;
	if (!app) throw new Error("The API has no development app");
	let listening: Listening = await listen(api, { port: 0 });
	const apiUrl = listening.url;
	const backend = await startOwnBackend({
		apiUrl,
		publicToken: app.publicToken,
		secretToken: app.secretToken,
		jwtVerifyKey: app.jwtVerifyKey,
		database: ":memory:",
		port: 0,
		helpDeskPassword: HELP_DESK_PASSWORD,
	});
	const restartApi = async (): Promise<void> => {
		listening = await listen(api, { port: Number(new URL(apiUrl).port) });
	};
	return {
		apiUrl,
		backendUrl: backend.url,
		publicToken: app.publicToken,
		now,
		advance: (time) => {
			ahead += time;
		},
		stopBackend: backend.close,
		stopApi: () => listening.close(),
		restartApi,
		emptyApi: async () => {
			await listening.close();
			await api.close();
			api = await createEmptyApi();
			await restartApi();
		},
		close: async () => {
			await backend.close();
			await listening.close();
			await api.close();
		},
	};
}
