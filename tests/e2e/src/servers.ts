import { randomBytes } from "node:crypto";
import { createApi, type Listening, listen } from "@sentc-ts/api-server";
import { startOwnBackend } from "@sentc-ts/app-own-backend";

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
	close(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
	let ahead = 0;
	const now = (): number => Date.now() + ahead;
	const api = await createApi({
		database: ":memory:",
		rootKey: randomBytes(32),
		developmentApp: true,
		now,
	});
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
	});
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
		restartApi: async () => {
			listening = await listen(api, { port: Number(new URL(apiUrl).port) });
		},
		close: async () => {
			await backend.close();
			await listening.close();
			await api.close();
		},
	};
}
