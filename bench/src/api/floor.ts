// The least that a request can cost on this HTTP stack: one route that answers a constant.

import { serve } from "@hono/node-server";
import { Hono } from "hono";

const app = new Hono();
app.post("/", (context) => context.json({ status: true, result: "Success" }));
app.get("/", (context) => context.json({ status: true, result: "Success" }));
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => {
	console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` }));
});
process.once("SIGTERM", () => process.exit());
