import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";

/** How long an idle connection stays open, ms: longer than in usual proxies, which would else send into a closed one. */
const KEEP_ALIVE = 65_000;

/** A running server. */
export interface Served {
	url: string;
	close(): Promise<void>;
}

/**
 * Serves an app on the loopback interface.
 *
 * @param createApp gets the address, which is known only once the server listens
 * @param port 0 picks a free one
 * @throws Error with one sentence when the port is taken
 */
export function serve(createApp: (url: string) => Hono, port: number): Promise<Served> {
	return new Promise((resolve, reject) => {
		let app: Hono | undefined;
		const answer = getRequestListener((request) => app?.fetch(request) ?? new Response(null, { status: 503 }), {
			overrideGlobalObjects: false,
		});
		const server = createServer({ keepAliveTimeout: KEEP_ALIVE });
		server.on("request", (request, response) => {
			// A connection that is kept alive would keep a closing server open.
			response.once("close", () => !server.listening && server.closeIdleConnections());
			void answer(request, response);
		});
		server.once("error", (error: NodeJS.ErrnoException) => {
			const taken = error.code === "EADDRINUSE";
			reject(taken ? new Error(`Port ${port} is taken; choose another one with --port <number>.`) : error);
		});
		server.listen(port, "127.0.0.1", () => {
			const address = server.address();
			const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : port}`;
			app = createApp(url);
			const close = () => new Promise<void>((done) => void server.close(() => done()));
			resolve({ url, close });
		});
	});
}
