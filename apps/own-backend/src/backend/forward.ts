import type { AddressLimit, Backend } from "@sentc-ts/server-helpers";
import { Hono } from "hono";
import { type FromClient, limited, onBehalfOf } from "./limits.js";

/**
 * A request that needs nothing but the secret token. What the client prepared goes to the API as it is, and the API's answer goes back as
 * it is, for the client's `done…`.
 */
export function forwardingRoutes(api: Backend, limit: AddressLimit): Hono<FromClient> {
	const app = new Hono<FromClient>();
	app.post("/device", limited(limit), async (c) => {
		const answer = await onBehalfOf(api, c).registerDevice(await c.req.text());
		return c.body(answer, 200, { "Content-Type": "application/json" });
	});
	return app;
}
