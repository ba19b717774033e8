import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createApi, listen } from "@sentc-ts/api-server";
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
	const { LAX_OPTIONS } = await project.load<{ LAX_OPTIONS: object }>("@sentc-ts/transport/contract");
	const { createBackend } = await project.load<ServerHelpers>("@sentc-ts/server-helpers");
	const api = await createApi({ database: ":memory:", rootKey: randomBytes(32), developmentApp: true });
	const server = await listen(api, { port: 0 });
	const { publicToken } = await api.apps.create({ options: LAX_OPTIONS });
	const forward = createBackend({ base_url: server.url, secret_token: api.developmentApp?.secretToken });
	const backend = await serve(async (body) => forward.register(JSON.parse(body).input));
	return {
		api: server.url,
		laxToken: publicToken,
		backend: backend.url,
		close: async () => {
			await backend.close();
			await server.close();
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
