import { request as send } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, createApi, DEVELOPMENT_PUBLIC_TOKEN, type Listening, listen } from "../../src/index.js";

let api: Api;
let server: Listening;
let createdToken: string;
beforeAll(async () => {
	api = await createApi({ database: ":memory:", rootKey: new Uint8Array(32), developmentApp: true });
	createdToken = (await api.apps.create({})).publicToken;
	server = await listen(api, { port: 0 });
});
afterAll(async () => {
	await server.close();
	await api.close();
});

/** Of `POST /exists`; `fetch` would not let a test say the host. */
async function ask(headers: Record<string, string>, token: string = DEVELOPMENT_PUBLIC_TOKEN): Promise<object> {
	const sent = send(`${server.url}/api/v1/exists`, {
		method: "POST",
		headers: { "x-sentc-app-token": token, Host: `127.0.0.1:${new URL(server.url).port}`, ...headers },
	});
	sent.end(JSON.stringify({ user_identifier: "alice" }));
	const answer = await new Promise<object>((resolve, reject) => {
		sent.on("error", reject);
		sent.on("response", (response) => void text(response).then((body) => resolve(JSON.parse(body)), reject));
	});
	return answer;
}

const ATTACKS: [string, Record<string, string>][] = [
	["a name that resolves to this machine (DNS rebinding)", { Host: "evil.example:3002" }],
	["a name that only begins like an address of this machine", { Host: "127.0.0.1.evil.example" }],
	["a page of another site", { Origin: "https://evil.example" }],
	["a page without an origin", { Origin: "null" }],
	["a proxy that says for whom it asks", { "X-Forwarded-For": "203.0.113.7" }],
	["a proxy that says how it was asked", { "X-Forwarded-Proto": "https" }],
	["a proxy that keeps to the standard", { Forwarded: "for=203.0.113.7" }],
];

describe("the widely known token of the development app", () => {
	it.each(ATTACKS)("is refused to %s", async (_, headers) => {
		expect(await ask(headers)).toMatchObject({
			status: false,
			err_code: 200,
			err_msg: expect.stringContaining("only for this machine"),
		});
	});

	it.each(ATTACKS)("%s gets answers for an app that was created", async (_, headers) => {
		expect(await ask(headers, createdToken)).toMatchObject({ status: true });
	});

	it.each(["localhost", "localhost:3002", "app.localhost:3002", "127.0.0.1:1", "[::1]:3002"])(
		"works on this machine, as %s",
		async (host) => {
			expect(await ask({ Host: host, Origin: "http://localhost:5173" })).toMatchObject({ status: true });
		},
	);
});
