import { randomBytes, randomUUID } from "node:crypto";
import { type Api, createApi, listen } from "@sentc-ts/api-server";
import { createSentc, type User } from "@sentc-ts/sdk";
import { type Backend, createBackend } from "../src/index.js";

/** The API with its development app on a real socket, an own backend's client, and people who use it. */
export interface World {
	url: string;
	backend: Backend;
	/** The app's JWT verify key. */
	verifyKey: string;
	/** Sets the API's clock, ms since the epoch. */
	setNow(now: number): void;
	signUp(): Promise<User>;
	close(): Promise<void>;
}

type DevelopmentApp = NonNullable<Api["developmentApp"]>;

export async function createWorld(): Promise<World> {
	let now = Date.now();
	const rootKey = new Uint8Array(randomBytes(32));
	const api = await createApi({ database: ":memory:", rootKey, developmentApp: true, now: () => now });
	const app = api.developmentApp as DevelopmentApp;
	const server = await listen(api, { port: 0 });
	const backend = createBackend({ base_url: server.url, secret_token: app.secretToken });
	return {
		url: server.url,
		backend,
		verifyKey: app.jwtVerifyKey,
		setNow: (time) => {
			now = time;
		},
		async signUp() {
			const sentc = createSentc();
			await sentc.init({ base_url: server.url, app_token: app.publicToken });
			const name = `user-${randomUUID()}`;
			sentc.doneRegister(await backend.register(sentc.prepareRegister(name, "password")));
			return sentc.login(name, "password", true);
		},
		async close() {
			await server.close();
			await api.close();
		},
	};
}
