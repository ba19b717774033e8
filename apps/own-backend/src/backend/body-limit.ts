import type { MiddlewareHandler } from "hono";

/** A registration takes about 35 KB. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Refuses bodies that are too long, or don't say how long they are: a page's `fetch` with a text does (RFC 9112 §6). */
export const limitBody: MiddlewareHandler = async (c, next) => {
	const unknown = c.req.header("Transfer-Encoding") !== undefined;
	const length = Number(c.req.header("Content-Length") ?? 0);
	if (!unknown && length <= MAX_BODY_BYTES) return next();
	// What is not read would be taken for the connection's next request.
	return c.json({ error: "The request is too large." }, 413, { Connection: "close" });
};
