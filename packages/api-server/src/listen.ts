import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Api } from "./api.js";
import { ApiStartError } from "./errors.js";

/** How long running requests may take to end when the server closes, ms. */
const CLOSE_GRACE = 10_000;

export interface ListenOptions {
	/** Name or address of the interface. Default `127.0.0.1`. */
	readonly host?: string;
	/** 0 picks a free port. Default 3002. */
	readonly port?: number;
}

export interface Listening {
	/** `http://host:port`, with the port in use. */
	readonly url: string;
	/** Stops listening and lets running requests end. Leaves the API itself open. */
	close(): Promise<void>;
}

/**
 * Serves an API over HTTP.
 *
 * @throws ApiStartError `PORT_TAKEN`, `LISTEN_FAILED`
 */
export async function listen(
	api: Pick<Api, "fetch">,
	{ host = "127.0.0.1", port = 3002 }: ListenOptions = {},
): Promise<Listening> {
	// Who embeds the API keeps the platform's Request and Response.
	const server = createAdaptorServer({ fetch: api.fetch, overrideGlobalObjects: false });
	await new Promise<void>((resolve, reject) => {
		server.once("error", (error: NodeJS.ErrnoException) => reject(toStartError(error, host, port)));
		server.listen(port, host, resolve);
	});
	const { port: usedPort } = server.address() as AddressInfo;
	return {
		url: `http://${host.includes(":") ? `[${host}]` : host}:${usedPort}`,
		close: () =>
			new Promise((resolve) => {
				const force = setTimeout(() => "closeAllConnections" in server && server.closeAllConnections(), CLOSE_GRACE);
				server.close(() => {
					clearTimeout(force);
					resolve();
				});
			}),
	};
}

function toStartError(error: NodeJS.ErrnoException, host: string, port: number): ApiStartError {
	return error.code === "EADDRINUSE"
		? new ApiStartError("PORT_TAKEN", `Port ${port} on ${host} is in use: choose another one with --port.`, error)
		: new ApiStartError("LISTEN_FAILED", `Cannot listen on ${host}, port ${port}: ${error.code}.`, error);
}
