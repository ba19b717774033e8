import { serve as listen } from "@hono/node-server";
import type { Hono } from "hono";

/** A running server. */
export interface Served {
	url: string;
	close(): Promise<void>;
}

/**
 * Serves an app on the loopback interface.
 *
 * @param port 0 picks a free one
 * @throws Error with one sentence when the port is taken
 */
export function serve(app: Hono, port: number): Promise<Served> {
	return new Promise((resolve, reject) => {
		const options = { fetch: app.fetch, hostname: "127.0.0.1", port, overrideGlobalObjects: false };
		const server = listen(options, (info) => {
			const close = () => new Promise<void>((done) => void server.close(() => done()));
			resolve({ url: `http://127.0.0.1:${info.port}`, close });
		});
		server.once("error", (error: NodeJS.ErrnoException) => {
			const taken = error.code === "EADDRINUSE";
			reject(taken ? new Error(`Port ${port} is taken; choose another one with --port <number>.`) : error);
		});
	});
}
