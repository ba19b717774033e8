import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { Handler } from "./refresh-cookie.js";

/**
 * Makes an Express-style `(req, res)` listener of a handler. It reads the body itself: mount it before a body parser.
 *
 * @example app.post("/session", nodeHandler(cookie.takeOver))
 */
export function nodeHandler(handler: Handler): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
	return async (req, res) => {
		const response = await respond(handler, req);
		const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
		const cookies = response.headers.getSetCookie();
		if (cookies.length > 0) headers["set-cookie"] = cookies;
		res.writeHead(response.status, headers).end(await response.text());
	};
}

/** A listener whose promise rejects would end the process: whatever comes is answered. */
async function respond(handler: Handler, req: IncomingMessage): Promise<Response> {
	let request: Request;
	try {
		request = toRequest(req);
	} catch {
		return new Response("This is not a request", { status: 400 });
	}
	return handler(request).catch(() => new Response("The request could not be answered", { status: 500 }));
}

function toRequest(req: IncomingMessage): Request {
	const { headers, method = "GET", socket } = req;
	const protocol = "encrypted" in socket ? "https" : "http";
	const entries = Object.entries(headers).flatMap(([name, value]) =>
		value === undefined ? [] : [[name, String(value)]],
	);
	const hasBody = method !== "GET" && method !== "HEAD";
	return new Request(`${protocol}://${headers.host ?? "localhost"}${req.url ?? "/"}`, {
		method,
		headers: entries as [string, string][],
		...(hasBody && { body: Readable.toWeb(req) as ReadableStream, duplex: "half" }),
	});
}
