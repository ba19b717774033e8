import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, createApi, generateRootKey, type Listening, listen } from "../../src/index.js";

let api: Api;
let server: Listening;
beforeAll(async () => {
	api = await createApi({ database: ":memory:", rootKey: generateRootKey(), developmentApp: true });
	server = await listen(api, { port: 0 });
});
afterAll(async () => {
	await server.close();
	await api.close();
});

const answers = async (): Promise<number> => (await fetch(`${server.url}/api/v1/nowhere`)).status;

describe("a connection", () => {
	it.each([
		["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"],
		["what is not HTTP", "\0\0\0\r\n\r\n"],
		["a request that is cut", "POST /api/v1/exists HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{"],
	])("with %s that is reset leaves the server up", async (_, text) => {
		for (let round = 0; round < 5; round++) {
			const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
			socket.on("error", () => undefined);
			await new Promise<void>((resolve) => socket.write(text, () => resolve()));
			await new Promise((resolve) => setTimeout(resolve, 20));
			socket.resetAndDestroy();
		}
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(await answers()).toBe(404);
	});

	it("ends with the answer to a body that is too large", async () => {
		const response = await fetch(`${server.url}/api/v1/exists`, {
			method: "POST",
			headers: { "x-sentc-app-token": String(api.developmentApp?.publicToken) },
			body: "x".repeat(300_000),
		});
		expect(response.status).toBe(413);
		expect(response.headers.get("Connection")).toBe("close");
		expect(await answers()).toBe(404);
	});
});
