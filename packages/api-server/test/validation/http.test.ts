import { connect } from "node:net";

import { APP_TOKEN_HEADER, SERVER_ERRORS, userRoutes } from "@sentc-ts/transport/contract";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { listen } from "../../src/index.js";
import { call, expectRefusal, readAnswer, requestOf, result, startApi } from "../support/api.js";
import { newGroup, newUser, registerBody } from "../support/client.js";
import { paramsOf, routes } from "../support/routes.js";

const MAX_BODY_BYTES = 262_144;

describe("answers", () => {
	it.each([
		["GET", "/"],
		["GET", "/api/v1"],
		["GET", "/api/v1/nothing"],
		["POST", "/api/v1/exists/"],
		["POST", "/API/v1/exists"],
		["GET", "/api/v1/exists"],
		["PUT", "/api/v1/register"],
		["HEAD", "/api/v1/user/x/public_key"],
		["GET", "/api/v1/user/%ff/nothing"],
	])("%s %s is an unknown route", async (method, path) => {
		const { api } = await startApi();
		const response = await api.fetch(new Request(`http://api.test${path}`, { method }));
		await expectRefusal(readAnswer(response, userRoutes.exists), SERVER_ERRORS.ROUTE_NOT_FOUND);
	});

	it("with keys and tokens stay in no cache, and are taken for no script, nor are refusals", async () => {
		const server = await startApi();
		const body = { user_identifier: "alice" };
		const requests = [
			requestOf(server.app, userRoutes.exists, { body }),
			requestOf(server.app, userRoutes.exists, { body: "{" }),
			requestOf(server.app, userRoutes.exists, { body, token: null }),
			new Request("http://api.test/nothing"),
		];
		for (const request of requests) {
			const { headers } = await server.api.fetch(request);
			expect(headers.get("Cache-Control")).toBe("no-store");
			expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
		}
	});

	it.each(["/api/v1/register", "/api/v1/group/all/0/none", "/whatever"])("OPTIONS %s is a preflight", async (path) => {
		const { api } = await startApi();
		const response = await api.fetch(new Request(`http://api.test${path}`, { method: "OPTIONS" }));
		expect(response.status).toBe(200);
		expect(await response.text()).toBe("");
		expect(Object.fromEntries(response.headers)).toMatchObject({
			"access-control-allow-origin": "*",
			"access-control-allow-credentials": "true",
			"access-control-max-age": "86400",
			"access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS, PATCH",
			"access-control-allow-headers":
				"x-sentc-app-token, x-sentc-group-access-id, Content-Type, Accept, Origin, Authorization, x-socket-id",
		});
	});

	it("do not depend on the query or on the content type of the request", async () => {
		const server = await startApi();
		const request = requestOf(server.app, userRoutes.exists, { body: { user_identifier: "alice" } });
		const changed = new Request(`${request.url}?a=b`, request);
		changed.headers.set("Content-Type", "text/plain");
		const response = await server.api.fetch(changed);
		expect(await result(readAnswer(response, userRoutes.exists))).toMatchObject({ available: true });
	});
});

describe("bodies", () => {
	it.each([
		["nothing", ""],
		["no JSON", "{"],
		["another type", "[]"],
		["null", "null"],
		["a missing member", "{}"],
		["a wrong type", `{"user_identifier":1}`],
		["null for text", `{"user_identifier":null}`],
		["text that can't be stored", `{"user_identifier":"a\\u0000b"}`],
		["half a surrogate pair", `{"user_identifier":"\\ud800"}`],
	])("with %s are 422/11", async (_, body) => {
		const server = await startApi();
		await expectRefusal(call(server, userRoutes.exists, { body }), SERVER_ERRORS.INVALID_JSON);
	});

	it("that are not UTF-8 are 422/11", async () => {
		const server = await startApi();
		const { url, headers } = requestOf(server.app, userRoutes.exists);
		const body = Buffer.from(`{"user_identifier":"\xff"}`, "latin1");
		const response = await server.api.fetch(new Request(url, { method: "POST", headers, body }));
		await expectRefusal(readAnswer(response, userRoutes.exists), SERVER_ERRORS.INVALID_JSON);
	});

	it("may have unknown members", async () => {
		const server = await startApi();
		const body = { user_identifier: "alice", other: { a: 1 } };
		expect(await result(call(server, userRoutes.exists, { body }))).toMatchObject({ available: true });
	});

	it("may have exactly 262144 bytes", async () => {
		const server = await startApi();
		const body = JSON.stringify({ user_identifier: "alice" }).padEnd(MAX_BODY_BYTES);
		expect(await result(call(server, userRoutes.exists, { body }))).toMatchObject({ user_identifier: "alice" });
		const larger = call(server, userRoutes.exists, { body: `${body} ` });
		await expectRefusal(larger, SERVER_ERRORS.BODY_TOO_LARGE);
	});

	it("that never end are refused without being read to their end", async () => {
		const server = await startApi();
		const { url, headers } = requestOf(server.app, userRoutes.exists);
		let sent = 0;
		const body = new ReadableStream({
			pull(controller) {
				sent += 65_536;
				controller.enqueue(new Uint8Array(65_536));
			},
		});
		const request = new Request(url, { method: "POST", headers, body, duplex: "half" } as RequestInit);
		const response = await server.api.fetch(request);
		await expectRefusal(readAnswer(response, userRoutes.exists), SERVER_ERRORS.BODY_TOO_LARGE);
		expect(sent).toBeLessThan(2 * MAX_BODY_BYTES);
	});

	it("of any JSON never cause a fault of the server", async () => {
		const server = await startApi();
		const user = await newUser(server);
		const { jwt, userId: user_id } = user;
		const group_id = await newGroup(server, user);
		const token = server.app.secretToken;
		const withBody = routes.map(([, route]) => route).filter(({ body }) => body.kind === "json");
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...withBody), fc.jsonValue(), async (route, body) => {
				const answer = await call(server, route, { token, jwt, body, params: paramsOf(route, { group_id, user_id }) });
				expect(answer.http).toBeLessThan(500);
			}),
		);
	});
});

describe("over a socket", () => {
	async function serve() {
		const server = await startApi();
		const { url, close } = await listen(server.api, { port: 0 });
		onTestFinished(close);
		return { ...server, url };
	}

	it("the API answers with envelope and CORS headers", async () => {
		const { app, url } = await serve();
		const response = await fetch(`${url}/api/v1/exists`, {
			method: "POST",
			headers: { [APP_TOKEN_HEADER]: app.publicToken },
			body: JSON.stringify({ user_identifier: "alice" }),
		});
		expect(await result(readAnswer(response, userRoutes.exists))).toMatchObject({ available: true });
		const missing = await fetch(`${url}/api/v1/missing`);
		await expectRefusal(readAnswer(missing, userRoutes.exists), SERVER_ERRORS.ROUTE_NOT_FOUND);
		const preflight = await fetch(`${url}/api/v1/exists`, { method: "OPTIONS" });
		expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
		expect(preflight.headers.get("content-length")).toBe("0");
	});

	it("a registration of usual size fits", async () => {
		const { app, url } = await serve();
		const response = await fetch(`${url}/api/v1/register`, {
			method: "POST",
			headers: { [APP_TOKEN_HEADER]: app.publicToken },
			body: JSON.stringify(registerBody("alice")),
		});
		expect(await result(readAnswer(response, userRoutes.register))).toMatchObject({ device_identifier: "alice" });
	});

	it("an upload without end gets its answer while it still sends", async () => {
		const { app, url } = await serve();
		const socket = connect(Number(new URL(url).port), "127.0.0.1");
		onTestFinished(() => void socket.destroy());
		socket.on("error", () => undefined);
		socket.write(
			`POST /api/v1/exists HTTP/1.1\r\nHost: a\r\n${APP_TOKEN_HEADER}: ${app.publicToken}\r\nTransfer-Encoding: chunked\r\n\r\n`,
		);
		const chunk = `10000\r\n${"a".repeat(0x10000)}\r\n`;
		const upload = setInterval(() => socket.write(chunk), 1);
		onTestFinished(() => clearInterval(upload));
		const head = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
		expect(head).toMatch(/^HTTP\/1\.1 413 /);
		expect(head).toContain(`"err_code":12`);
	});
});
