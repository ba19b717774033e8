import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { startApi } from "@sentc-ts/test-world";
import type { Project } from "./project.js";

export interface Servers {
	/** The API's URL. */
	readonly api: string;
	/** Public token of an app that lets clients do everything. */
	readonly laxToken: string;
	/** URL of an own backend of the development app, which forwards registrations with the installed server-helpers. */
	readonly backend: string;
	close(): Promise<void>;
}

interface ServerHelpers {
	createBackend(options: object): { register(input: string): Promise<string> };
}

export async function startServers(project: Project): Promise<Servers> {
	const { createBackend } = await project.load<ServerHelpers>("@sentc-ts/server-helpers");
	const api = await startApi({ app: "development" });
	const { publicToken } = await api.createApp();
	const forward = createBackend({ base_url: api.base_url, secret_token: api.app.secretToken });
	const backend = await serve(async (body) => forward.register(JSON.parse(body).input));
	return {
		api: api.base_url,
		laxToken: publicToken,
		backend: backend.url,
		close: async () => {
			await backend.close();
			await api.close();
		},
	};
}

async function serve(answer: (body: string) => Promise<string>): Promise<{ url: string; close(): Promise<void> }> {
	const server = createServer(async (request, response) => response.end(await answer(await text(request))));
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: () => new Promise((resolve) => void server.close(() => resolve())),
	};
}
