import { afterEach, describe, expect, it } from "vitest";
import { loginRoutes, type Route, sessionRoutes, userRoutes } from "../src/contract/index.js";
import { createClient } from "../src/index.js";
import { type Answer, type Seen, startServer } from "./server.js";

const TOKEN = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

async function clientFor(answer: (seen: Seen) => Answer, timeout = 5000) {
	const server = await startServer(answer);
	closing.push(server.close);
	return { ...server, client: createClient({ baseUrl: server.url, appToken: TOKEN, timeout }) };
}

const ok: Answer = { text: JSON.stringify({ status: true, result: { user_identifier: "ada", available: true } }) };
const refusal = (http: number, headers: Record<string, string> = {}): Answer => ({
	status: http,
	text: JSON.stringify({ status: false, err_msg: "not now", err_code: http }),
	headers,
});

/** A server that answers so first and well from then on. */
const first = (...answers: Answer[]) => {
	let index = 0;
	return () => answers[index++] ?? ok;
};

const body = { user_identifier: "ada" };
const proof = { auth_key: "k", device_identifier: "ada" };

describe("a safe request", () => {
	it.each<[string, Answer]>([
		["a lost connection", "cut"],
		["429", refusal(429)],
		["503", refusal(503)],
		["503 of a proxy", { status: 503, text: "down" }],
	])("is repeated after %s", async (_, answer) => {
		const { client, seen } = await clientFor(first(answer, answer));
		expect(await client.call(userRoutes.exists, { body })).toMatchObject({ available: true });
		expect(seen.map((request) => request.body)).toEqual(Array(3).fill(JSON.stringify(body)));
	});

	it("is repeated twice at most, and then fails as the last one did", async () => {
		const { client, seen } = await clientFor(() => refusal(429));
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({ code: "TOO_MANY_REQUESTS" });
		expect(seen).toHaveLength(3);
	});

	it("is not repeated after any other failure", async () => {
		const { client, seen } = await clientFor(() => ({ status: 500, text: "broken" }));
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({ code: "ENVELOPE_MALFORMED" });
		expect(seen).toHaveLength(1);
	});
});

describe("a request that changes something", () => {
	it.each<[string, Answer]>([
		["a lost connection", "cut"],
		["429 without Retry-After", refusal(429)],
		["503", refusal(503, { "Retry-After": "0" })],
	])("is sent once when %s is the answer", async (_, answer) => {
		const { client, seen } = await clientFor(first(answer));
		await expect(client.call(loginRoutes.doneLogin, { body: proof })).rejects.toBeInstanceOf(Error);
		expect(seen).toHaveLength(1);
	});

	it("is repeated after 429 with Retry-After, once the time is over: nothing was done yet", async () => {
		const { client, seen } = await clientFor(first(refusal(429, { "Retry-After": "1" })));
		const started = performance.now();
		await client.call(loginRoutes.doneLogin, { body: proof }).catch(() => undefined);
		expect(performance.now() - started).toBeGreaterThan(900);
		expect(seen).toHaveLength(2);
	});
});

describe("a wait", () => {
	it("that the deadline has no room for is left to the app, at once", async () => {
		const { client, seen } = await clientFor(() => refusal(429, { "Retry-After": "7" }), 5000);
		const started = performance.now();
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({
			code: "TOO_MANY_REQUESTS",
			retryAfter: 7,
		});
		expect(performance.now() - started).toBeLessThan(2000);
		expect(seen).toHaveLength(1);
	});

	it("of unknown length is left to the app, too", async () => {
		const { client, seen } = await clientFor(() => refusal(429, { "Retry-After": "soon" }));
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({ retryAfter: undefined });
		expect(seen).toHaveLength(1);
	});

	it("ends when the caller gives up", async () => {
		const { client, seen } = await clientFor(() => refusal(429, { "Retry-After": "3" }));
		const started = performance.now();
		const call = client.call(userRoutes.exists, { body, signal: AbortSignal.timeout(200) });
		await expect(call).rejects.toMatchObject({ code: "REQUEST_ABORTED" });
		expect(performance.now() - started).toBeLessThan(2000);
		expect(seen).toHaveLength(1);
	});
});

describe("the deadline", () => {
	it("is one for all attempts", async () => {
		let requests = 0;
		const { client } = await clientFor(() => (requests++ === 0 ? "cut" : "hang"), 1000);
		const started = performance.now();
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
		expect(performance.now() - started).toBeLessThan(1800);
	});

	it("can be another one for one request", async () => {
		const { client } = await clientFor(() => "hang");
		await expect(client.call(userRoutes.exists, { body, timeout: 50 })).rejects.toMatchObject({
			code: "REQUEST_TIMEOUT",
		});
	});
});

describe("safe is", () => {
	it("what changes nothing: every GET, and the requests of the protocol that only ask", () => {
		const tables = [userRoutes, loginRoutes, sessionRoutes];
		const safe = tables.flatMap((table) => Object.values<Route>(table)).filter((route) => route.safe);
		expect(safe.filter(({ method }) => method !== "GET").map(({ path }) => path)).toEqual([
			"/exists",
			"/prepare_login",
			"/refresh",
			"/init",
		]);
	});
});
