import { startOwnBackend } from "@sentc-ts/app-own-backend";
import { startApi } from "./api.js";

export const HELP_DESK_PASSWORD = "we-know-who-is-calling";

/** The API with its development app and the example's own backend, each on a free port of its own, in this process. */
export interface Servers {
	readonly apiUrl: string;
	readonly backendUrl: string;
	/** Public token of the development app: the one the examples print. */
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
	const api = await startApi({ app: "development" });
	const { publicToken, secretToken, jwtVerifyKey } = api.app;
	const backend = await startOwnBackend({
		...{ publicToken, secretToken, jwtVerifyKey },
		apiUrl: api.base_url,
		database: ":memory:",
		port: 0,
		helpDeskPassword: HELP_DESK_PASSWORD,
	});
	return {
		apiUrl: api.base_url,
		backendUrl: backend.url,
		publicToken,
		now: api.clock.now,
		advance: (time) => api.clock.advance(time),
		stopBackend: backend.close,
		stopApi: api.stop,
		restartApi: api.restart,
		emptyApi: api.empty,
		async close() {
			await backend.close();
			await api.close();
		},
	};
}
