import { afterEach, describe, expect, it, vi } from "vitest";
import { groupRoutes, sessionRoutes, userRoutes } from "../src/contract/index.js";
import { createClient, isMissingRoute } from "../src/index.js";
import { type Answer, type Seen, startServer } from "./server.js";

const TOKEN = "5zMb6zs3dEM62n+FxjBilFPp+j9e7YUFA+7pi6Hi";
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	vi.unstubAllGlobals();
	for (const close of closing.splice(0)) await close();
});

async function clientFor(answer: (seen: Seen) => Answer, timeout?: number) {
	const server = await startServer(answer);
	closing.push(server.close);
	return { ...server, client: createClient({ baseUrl: server.url, appToken: TOKEN, timeout }) };
}

const ok = (result: unknown, status?: number): Answer => ({
	text: JSON.stringify({ status: true, result }),
	...(status !== undefined && { status }),
});

describe("what is sent", () => {
	it("files §5.2: carries the app token and the content type, and neither JWT nor group header where none is given", async () => {
		const { client, seen } = await clientFor(() => ok({ user_identifier: "ada", available: true }));
		await client.call(userRoutes.exists, { body: { user_identifier: "ada" } });
		expect(seen[0]).toMatchObject({ method: "POST", path: "/api/v1/exists", body: '{"user_identifier":"ada"}' });
		expect(seen[0]?.headers).toMatchObject({ "x-sentc-app-token": TOKEN, "content-type": "application/json" });
		expect(seen[0]?.headers).not.toHaveProperty("authorization");
		expect(seen[0]?.headers).not.toHaveProperty("x-sentc-group-access-id");
	});

	it("carries the JWT as bearer and the access group", async () => {
		const { client, seen } = await clientFor(() => ok("Success"));
		await client.call(groupRoutes.deleteGroup, { jwt: "a.b.c", groupAccessId: "g2", params: { group_id: "g1" } });
		expect(seen[0]).toMatchObject({ method: "DELETE", path: "/api/v1/group/g1", body: "" });
		expect(seen[0]?.headers).toMatchObject({ authorization: "Bearer a.b.c", "x-sentc-group-access-id": "g2" });
	});

	it("forwards a prepared string untouched, and the answer untouched", async () => {
		const answer = '{ "status":true , "result":{"user_id":"u","device_id":"d","device_identifier":"i"}, "extra":1}';
		const { client, seen } = await clientFor(() => ({ text: answer }));
		const input = '{"device": {},  "group":{} }';
		expect(await client.forward(userRoutes.register, { body: input })).toBe(answer);
		expect(seen[0]?.body).toBe(input);
	});
});

describe("a JWT that can't be a header", () => {
	it("is refused without being quoted", async () => {
		const { client, seen } = await clientFor(() => ok([]));
		const params = { last_time: "0", last_id: "none" };
		const error = await client.call(groupRoutes.listGroups, { jwt: "SECRET\nx", params }).catch((thrown) => thrown);
		expect(error).toMatchObject({ code: "INVALID_INPUT", field: "jwt" });
		expect(`${error} ${error.stack} ${error.cause}`).not.toContain("SECRET");
		expect(seen).toEqual([]);
	});
});

describe("a refusal", () => {
	const refusal = JSON.stringify({ status: false, err_msg: "later", err_code: 429 });
	const retryAfter = async (headers: Record<string, string>): Promise<unknown> => {
		const { client } = await clientFor(() => ({ status: 429, text: refusal, headers }), 1000);
		const error = await client.call(userRoutes.exists, { body: { user_identifier: "ada" } }).catch((thrown) => thrown);
		expect(error).toMatchObject({ code: "TOO_MANY_REQUESTS", serverCode: 429 });
		return error.retryAfter;
	};

	it("says after how many seconds to come again, when the API does", async () => {
		expect(await retryAfter({ "Retry-After": "7" })).toBe(7);
		expect(await retryAfter({ "Retry-After": new Date(0).toUTCString() })).toBe(0);
		const inAnHour = await retryAfter({ "Retry-After": new Date(Date.now() + 3_600_000).toUTCString() });
		expect(inAnHour).toBeGreaterThan(3500);
		expect(inAnHour).toBeLessThanOrEqual(3600);
		for (const headers of [{}, { "Retry-After": "soon" }, { "Retry-After": "-1e3" }]) {
			expect(await retryAfter(headers as Record<string, string>)).toBeUndefined();
		}
	});
});

describe("fetch", () => {
	const available = { user_identifier: "ada", available: true };
	/** As browsers have it: it fails as a method of anything but the global object. */
	function strictFetch(this: unknown): Promise<Response> {
		if (this !== undefined && this !== globalThis) throw new TypeError("Illegal invocation");
		return Promise.resolve(new Response(JSON.stringify({ status: true, result: available })));
	}
	const body = { user_identifier: "ada" };

	it("is the global one at the time of the request, called as browsers want it", async () => {
		const client = createClient({ baseUrl: "http://127.0.0.1:1", appToken: TOKEN });
		vi.stubGlobal("fetch", strictFetch);
		expect(await client.call(userRoutes.exists, { body })).toEqual(available);
	});

	it("may be a browser's own, given as an option", async () => {
		const client = createClient({ baseUrl: "http://127.0.0.1:1", appToken: TOKEN, fetch: strictFetch });
		expect(await client.call(userRoutes.exists, { body })).toEqual(available);
	});
});

describe("what comes back", () => {
	it.each([
		[400, 201, "PUBLIC_KEY_UNUSABLE"],
		[401, 201, "APP_TOKEN_MALFORMED"],
		[401, 100, "USER_NOT_FOUND"],
		[200, 304, "GROUP_KEY_NOT_FOUND"],
		[400, 9999, "SERVER_ERROR"],
	])("has with HTTP %i and error %i the code %s", async (status, err_code, code) => {
		const { client } = await clientFor(() => ({
			status,
			text: JSON.stringify({ status: false, err_code, err_msg: "x" }),
		}));
		await expect(client.call(userRoutes.exists, { body: { user_identifier: "a" } })).rejects.toMatchObject({ code });
	});

	it("is decided by the envelope: HTTP 500 with a success is a success, HTTP 200 with an error an error", async () => {
		const body = { user_identifier: "ada" };
		const good = await clientFor(() => ok({ user_identifier: "ada", available: false }, 500));
		expect(await good.client.call(userRoutes.exists, { body })).toMatchObject({ available: false });
		const bad = await clientFor(() => ({ text: '{"status":false,"err_code":203,"err_msg":"no"}' }));
		await expect(bad.client.call(userRoutes.exists, { body })).rejects.toMatchObject({
			status: "server_203",
			code: "ENDPOINT_FORBIDDEN",
		});
	});
});

describe("a route that the API doesn't have", () => {
	const refusal = (err_code: number) => JSON.stringify({ status: false, err_msg: "x", err_code });
	it.each<[boolean, string, Answer]>([
		[true, "the envelope says so", { status: 404, text: refusal(404) }],
		[false, "a page of a proxy, with the same status", { status: 404, text: "<html>" }],
		[false, "another refusal", { status: 404, text: refusal(100) }],
		[false, "a page with another status", { status: 502, text: "<html>" }],
		[false, "no answer", "cut"],
	])("%s: %s", async (isMissing, _, answer) => {
		const { client } = await clientFor(() => answer);
		const call = client.call(sessionRoutes.endSession, { jwt: "a.b.c", body: { refresh_token: "r" } });
		expect(isMissingRoute(await call.catch((thrown) => thrown))).toBe(isMissing);
	});
});

describe("a redirect", () => {
	it("is not followed: the app token would go where it leads", async () => {
		const elsewhere = await clientFor(() => ok({ user_identifier: "ada", available: true }));
		const headers = { Location: `${elsewhere.url}/api/v1/exists` };
		const { client } = await clientFor(() => ({ status: 307, text: "", headers }));
		const call = client.call(userRoutes.exists, { body: { user_identifier: "ada" } });
		await expect(call).rejects.toMatchObject({ code: "REQUEST_FAILED" });
		expect(elsewhere.seen).toEqual([]);
	});
});

describe("no answer", () => {
	const body = { user_identifier: "ada" };

	it("is REQUEST_FAILED when nobody listens", async () => {
		const { client, close } = await clientFor(() => "hang");
		await close();
		closing.length = 0;
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({
			name: "RequestError",
			code: "REQUEST_FAILED",
			status: "client_1000",
		});
	});

	it("names the API, and nobody who stands in the path", async () => {
		const { client, close, url } = await clientFor(() => "hang");
		await close();
		closing.length = 0;
		const call = client.call(groupRoutes.deleteGroup, { jwt: "a.b.c", params: { group_id: "ada" } });
		const { errorMessage } = await call.catch((thrown) => thrown);
		expect(errorMessage).toContain(url);
		expect(errorMessage).not.toContain("ada");
	});

	it("is REQUEST_FAILED when the connection is cut", async () => {
		const { client } = await clientFor(() => "cut");
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({ code: "REQUEST_FAILED" });
	});

	it("is REQUEST_TIMEOUT when the API takes too long", async () => {
		const { client } = await clientFor(() => "hang", 50);
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
	});

	it("is REQUEST_TIMEOUT when the answer starts and never ends", async () => {
		const { client } = await clientFor(() => "stall", 50);
		await expect(client.call(userRoutes.exists, { body })).rejects.toMatchObject({ code: "REQUEST_TIMEOUT" });
	});

	it("is REQUEST_ABORTED when the caller gives up", async () => {
		const { client } = await clientFor(() => "hang");
		const signal = AbortSignal.timeout(20);
		const controller = new AbortController();
		signal.addEventListener("abort", () => controller.abort());
		await expect(client.call(userRoutes.exists, { body, signal: controller.signal })).rejects.toMatchObject({
			code: "REQUEST_ABORTED",
		});
	});
});

describe("options", () => {
	it.each([[""], ["api.example.com"], ["/api"], ["ftp://x"], ["https://x/?a=1"], [undefined], [3]])(
		"refuse %j as base_url",
		(baseUrl) => {
			expect(() => createClient({ baseUrl: baseUrl as string, appToken: TOKEN })).toThrow(
				expect.objectContaining({ code: "INVALID_INPUT", field: "base_url" }),
			);
		},
	);

	it.each(["https://api.example.com/api/v1", "https://api.example.com/api/v1/"])(
		"say what is wrong with %s",
		(baseUrl) => {
			expect(() => createClient({ baseUrl, appToken: TOKEN })).toThrow("base_url must be the address without /api/v1");
		},
	);

	it("drop slashes at the end of base_url", () => {
		expect(createClient({ baseUrl: "https://api.example.com//", appToken: TOKEN }).baseUrl).toBe(
			"https://api.example.com",
		);
	});

	it.each([[""], [undefined], [null], ["not base64!"], [{}]])("refuse %j as app_token", (appToken) => {
		expect(() => createClient({ baseUrl: "https://x.example", appToken: appToken as string })).toThrow(
			expect.objectContaining({ code: "INVALID_INPUT", field: "app_token" }),
		);
	});
});
