import type { MiddlewareHandler } from "hono";

/** A registration takes about 35 KB. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Refuses bodies that are too long, or don't say how long they are (a page's `fetch` with a text does). */
export const limitBody: MiddlewareHandler = async (c, next) => {
	const { body } = c.req.raw;
	const length = Number(c.req.header("Content-Length") ?? Number.POSITIVE_INFINITY);
	if (!body || length <= MAX_BODY_BYTES) return next();
	// What is not read would be taken for the connection's next request.
	return c.json({ error: "The request is too large." }, 413, { Connection: "close" });
};
