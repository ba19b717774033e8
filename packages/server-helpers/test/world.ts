import { randomUUID } from "node:crypto";
import type { User } from "@sentc-ts/sdk";
import { PASSWORD, type ServedApi, startApi, startSentc } from "@sentc-ts/test-world";
import { type Backend, createBackend } from "../src/index.js";

export { PASSWORD };

/** The API with its development app, an own backend's client, and people who use both. */
export interface World {
	url: string;
	publicToken: string;
	secretToken: string;
	backend: Backend;
	/** The same with the public token, which a client has. */
	publicBackend: Backend;
	/** The app's JWT verify key. */
	verifyKey: string;
	/** Changes where the parts of files are. */
	readonly setFiles: ServedApi["setFiles"];
	/** Lets the API do what goes on after its answers. */
	runJobs(): Promise<void>;
	/** Sets the API's clock, ms since the epoch. */
	setNow(now: number): void;
	/** @param name a new one if not given */
	signUp(name?: string): Promise<User>;
	/** On a device of its own. */
	logIn(name: string, password?: string): Promise<User>;
	close(): Promise<void>;
}

export async function createWorld(): Promise<World> {
	const api = await startApi({ app: "development" });
	const { base_url } = api;
	const { publicToken, secretToken, jwtVerifyKey } = api.app;
	const backend = createBackend({ base_url, secret_token: secretToken });
	return {
		url: base_url,
		publicToken,
		secretToken,
		backend,
		publicBackend: createBackend({ base_url, secret_token: publicToken }),
		verifyKey: jwtVerifyKey,
		setFiles: api.setFiles,
		runJobs: api.runJobs,
		setNow: (time) => api.clock.shift(time - Date.now()),
		async signUp(name = `user-${randomUUID()}`) {
			const { sentc } = await startSentc(api);
			sentc.doneRegister(await backend.register(sentc.prepareRegister(name, PASSWORD)));
			return sentc.login(name, PASSWORD, true);
		},
		logIn: async (name, password = PASSWORD) => (await startSentc(api)).sentc.login(name, password, true),
		close: api.close,
	};
}
