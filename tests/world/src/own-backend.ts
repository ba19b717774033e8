import { startOwnBackend } from "@sentc-ts/app-own-backend";
import { type ServedApi, startApi } from "./api.js";
import type { Clock } from "./clock.js";

export const HELP_DESK_PASSWORD = "we-know-who-is-calling";

/** The API with its development app, and the example's own backend, each on a free port. */
export interface Servers {
	readonly api: ServedApi;
	readonly backendUrl: string;
	/** Ends the own backend alone. */
	stopBackend(): Promise<void>;
	close(): Promise<void>;
}

export async function startServers(clock?: Clock): Promise<Servers> {
	const api = await startApi({ app: "development", ...(clock && { clock }) });
	const { publicToken, secretToken, jwtVerifyKey } = api.app;
	const backend = await startOwnBackend({
		...{ publicToken, secretToken, jwtVerifyKey },
		apiUrl: api.base_url,
		database: ":memory:",
		port: 0,
		helpDeskPassword: HELP_DESK_PASSWORD,
	});
	return {
		api,
		backendUrl: backend.url,
		stopBackend: backend.close,
		async close() {
			await backend.close();
			await api.close();
		},
	};
}
