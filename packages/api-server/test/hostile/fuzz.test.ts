import { runs } from "@sentc-ts/test-world";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../src/index.js";
import { readEnvelope } from "../support/api.js";
import { bytesFor, requestsTo, startFuzzed } from "./arbitraries.js";
import { exchange, expectAnswers } from "./raw-connection.js";

describe("any request", () => {
	it("gets an envelope with CORS headers, and never causes a fault", async () => {
		const world = await startFuzzed();
		const seen = new Set<number>();
		await fc.assert(
			fc.asyncProperty(requestsTo(world), async ({ path, method, headers, body }) => {
				const bodiless = method === "HEAD" || method.toUpperCase() === "GET";
				const init = { method, headers, ...(!bodiless && { body }) };
				const response = await world.server.api.fetch(new Request(`http://api.test${path}`, init));
				seen.add(response.status);
				expect(response.status).toBeLessThan(500);
				if (method === "OPTIONS") expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
				else await readEnvelope(response);
				expect(world.faults).toEqual([]);
			}),
			{ numRuns: runs(2000), timeout: 10_000 },
		);
		for (const status of [200, 400, 401, 404, 422]) expect(seen).toContain(status);
	});
});

describe("any bytes on a connection", () => {
	it("get envelopes with CORS headers, and no connection hangs", async () => {
		const world = await startFuzzed();
		const { url, close } = await listen(world.server.api, { port: 0, keepAlive: 1000 });
		onTestFinished(close);
		const port = Number(new URL(url).port);
		// Gives a complete request the time to be answered; one that is not complete cannot be waited for.
		const pause = async () => {
			for (let count = 0; count < 3; count++) await fetch(url);
		};
		await fc.assert(
			fc.asyncProperty(bytesFor(world), async (bytes) => {
				const count = await expectAnswers(await exchange(port, bytes, pause));
				expect(count).toBeGreaterThan(0);
				expect(world.faults).toEqual([]);
			}),
			{ numRuns: runs(500), timeout: 10_000 },
		);
	});
});
