import { randomBytes, randomUUID } from "node:crypto";
import { type Api, createApi, listen } from "@sentc-ts/api-server";
import { createSentc, type SentcClient, type User } from "@sentc-ts/sdk";
import { type Backend, createBackend } from "../src/index.js";

/** The API with its development app on a real socket, an own backend's client, and people who use it. */
export interface World {
	url: string;
	publicToken: string;
	backend: Backend;
	/** The same with the public token, which a client has. */
	publicBackend: Backend;
	/** The app's JWT verify key. */
	verifyKey: string;
	/** Sets the API's clock, ms since the epoch. */
	setNow(now: number): void;
	/** @param name a new one if not given */
	signUp(name?: string): Promise<User>;
	/** On a device of its own. */
	logIn(name: string, password?: string): Promise<User>;
	close(): Promise<void>;
}

export const PASSWORD = "correct horse battery staple";

type DevelopmentApp = NonNullable<Api["developmentApp"]>;

export async function createWorld(): Promise<World> {
	let now = Date.now();
	const rootKey = new Uint8Array(randomBytes(32));
	const api = await createApi({ database: ":memory:", rootKey, developmentApp: true, now: () => now });
	const app = api.developmentApp as DevelopmentApp;
	const server = await listen(api, { port: 0 });
	const backend = createBackend({ base_url: server.url, secret_token: app.secretToken });
	const createClient = async (): Promise<SentcClient> => {
		const sentc = createSentc();
		await sentc.init({ base_url: server.url, app_token: app.publicToken });
		return sentc;
	};
	return {
		url: server.url,
		publicToken: app.publicToken,
		backend,
		publicBackend: createBackend({ base_url: server.url, secret_token: app.publicToken }),
		verifyKey: app.jwtVerifyKey,
		setNow: (time) => {
			now = time;
		},
		async signUp(name = `user-${randomUUID()}`) {
			const sentc = await createClient();
			sentc.doneRegister(await backend.register(sentc.prepareRegister(name, PASSWORD)));
			return sentc.login(name, PASSWORD, true);
		},
		logIn: async (name, password = PASSWORD) => (await createClient()).login(name, password, true),
		async close() {
			await server.close();
			await api.close();
		},
	};
}
