import { randomBytes } from "node:crypto";
import { createApi, listen } from "@sentc-ts/api-server";
import { startOwnBackend } from "@sentc-ts/app-own-backend";

/** The API with its development app, and the example's own backend. */
export interface Servers {
	apiUrl: string;
	backendUrl: string;
	/** Public token of the development app: the one the examples print. */
	publicToken: string;
	close(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
	const rootKey = new Uint8Array(randomBytes(32));
	const api = await createApi({ database: ":memory:", rootKey, developmentApp: true });
	const { developmentApp } = api;
	if (!developmentApp) throw new Error("the API has no development app");
	const server = await listen(api, { host: "127.0.0.1", port: 0 });
	const { publicToken, secretToken, jwtVerifyKey } = developmentApp;
	const tokens = { publicToken, secretToken, jwtVerifyKey };
	const backend = await startOwnBackend({ apiUrl: server.url, ...tokens, database: ":memory:", port: 0 });
	return {
		apiUrl: server.url,
		backendUrl: backend.url,
		publicToken,
		async close() {
			await backend.close();
			await server.close();
			await api.close();
		},
	};
}
