import type { IncomingMessage, ServerResponse } from "node:http";
import type { Handler } from "./handler.js";

type Listener = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * Makes an Express-style `(req, res)` listener of a handler. It reads the body itself: mount it before a body parser.
 * Whatever comes is answered: what is no request with status 400, and a handler that fails with 500.
 *
 * @example
 * ```ts
 * import { createServer } from "node:http";
 * import { nodeHandler } from "@sentc-ts/server-helpers";
 *
 * const hello = nodeHandler(async (request) => new Response(`Hello ${request.url}`));
 * createServer(hello).listen(3000, "127.0.0.1");
 * ```
 */
export function nodeHandler(handler: Handler): Listener {
	let listener: Promise<Listener> | undefined;
	return async (req, res) => {
		listener ??= createListener(handler);
		await (await listener)(req, res);
	};
}

/** Loaded when it is needed: runtimes that have `fetch` but not Node's modules must be able to import this package. */
async function createListener(handler: Handler): Promise<Listener> {
	const { getRequestListener, RequestError } = await import("@hono/node-server");
	// No platform's Request can be a TRACE; the adapter's can.
	const answer: Handler = async (request) => (request.method === "TRACE" ? noRequest() : handler(request));
	return getRequestListener(answer, {
		// Of requests of HTTP/1.0, which need not name one.
		hostname: "localhost",
		errorHandler: (error) =>
			error instanceof RequestError ? noRequest() : new Response("The request could not be answered", { status: 500 }),
		// Who uses this package keeps the platform's Request and Response.
		overrideGlobalObjects: false,
	});
}

const noRequest = (): Response => new Response("This is not a request", { status: 400 });
