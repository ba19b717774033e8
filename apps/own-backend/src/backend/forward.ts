import { type AddressLimit, type Backend, bearerOf } from "@sentc-ts/server-helpers";
import { Hono } from "hono";
import { type FromClient, limited, onBehalfOf } from "./limits.js";

const JSON_ANSWER = { "Content-Type": "application/json" };

/**
 * The requests that need nothing but the secret token. What the client prepared goes to the API as it is, and the API's
 * answer goes back as it is, for the client's `done…`.
 */
export function forwardingRoutes(api: Backend, limit: AddressLimit): Hono<FromClient> {
	const app = new Hono<FromClient>();
	app.post("/device", limited(limit), async (c) => {
		return c.body(await onBehalfOf(api, c).registerDevice(await c.req.text()), 200, JSON_ANSWER);
	});
	app.post("/group", async (c) => {
		return c.body(await api.createGroup(bearerOf(c.req.raw) ?? "", await c.req.text()), 200, JSON_ANSWER);
	});
	app.delete("/group/:id", async (c) => {
		await api.deleteGroup(bearerOf(c.req.raw) ?? "", c.req.param("id"));
		return c.body(null, 204);
	});
	return app;
}
