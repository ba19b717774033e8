import { type BackendOptions, createBackend, isSentcError } from "@sentc-ts/server-helpers";
import { Hono } from "hono";

/**
 * The developer's own backend: it alone holds the secret token, and never sees a password or a plaintext.
 * Each route takes what the client prepared, forwards it to the API, and hands the API's answer back for the client's `done…`.
 */
export function createOwnBackend(options: BackendOptions): Hono {
	const api = createBackend(options);
	const app = new Hono();
	const json = { "Content-Type": "application/json" };

	app.post("/register", async (c) => c.body(await api.register(await c.req.text()), 200, json));
	app.post("/device", async (c) => c.body(await api.registerDevice(await c.req.text()), 200, json));
	app.post("/group", async (c) => c.body(await api.createGroup(jwtOf(c.req.raw), await c.req.text()), 200, json));
	app.delete("/group/:id", async (c) => c.body(await api.deleteGroup(jwtOf(c.req.raw), c.req.param("id")), 200, json));

	app.onError((error, c) => {
		if (!isSentcError(error)) throw error;
		return c.json({ error: error.errorMessage }, error.code === "INVALID_INPUT" ? 400 : 502);
	});
	return app;
}

function jwtOf(request: Request): string {
	return request.headers.get("Authorization")?.replace(/^Bearer /, "") ?? "";
}
