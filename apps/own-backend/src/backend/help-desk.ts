import { createHash, timingSafeEqual } from "node:crypto";
import { type Backend, bearerOf, limitByAddress } from "@sentc-ts/server-helpers";
import { Hono } from "hono";
import { type FromClient, limited } from "./limits.js";

/**
 * What the people of a help desk do for a user who can't log in, once they know who is calling. One password for all of them
 * stands for the accounts and the log that a real help desk has.
 */
export function helpDeskRoutes(api: Backend, password: string): Hono<FromClient> {
	const app = new Hono<FromClient>().basePath("/help-desk");
	// Also those with the right password: who guesses must not learn from an answer which one it was.
	app.post("*", limited(limitByAddress({ burst: 20, per_second: 0.1 })));
	app.post("*", async (c, next) => {
		if (!isSame(bearerOf(c.req.raw) ?? "", password))
			return c.json({ error: "This is not the help desk's password." }, 401);
		return next();
	});
	app.post("/disable-mfa", async (c) => {
		await api.disableMfa(await c.req.text());
		return c.body(null, 204);
	});
	app.post("/end-sessions", async (c) => {
		await api.endSessions(await c.req.text());
		return c.body(null, 204);
	});
	return app;
}

/** In a time that tells nothing about the password. */
function isSame(first: string, second: string): boolean {
	const [a, b] = [first, second].map((text) => createHash("sha256").update(text).digest());
	return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
