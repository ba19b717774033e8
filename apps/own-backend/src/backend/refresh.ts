import { type Backend, createRefreshCookie } from "@sentc-ts/server-helpers";
import { Hono } from "hono";

/** The endpoints of the two refresh strategies in which the refresh token lives in a cookie that no script can read. */
export function refreshRoutes(backend: Backend, jwtVerifyKey: string, origins: readonly string[]): Hono {
	const cookie = createRefreshCookie({
		backend,
		verify_key: jwtVerifyKey,
		allowed_origins: origins,
		insecure_loopback: true,
	});
	const app = new Hono();
	app.get("/refresh", (c) => cookie.refresh(c.req.raw));
	app.post("/refresh", (c) => cookie.takeOver(c.req.raw));
	app.post("/logout", (c) => cookie.logOut(c.req.raw));
	return app;
}
