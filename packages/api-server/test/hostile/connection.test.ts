import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { ApiStartError, createApi, generateRootKey, listen } from "../../src/index.js";
import { temporaryFolder } from "../support/api.js";
import { ready, refusal, start } from "../support/cli.js";

const api = await createApi({ database: ":memory:", rootKey: generateRootKey(), developmentApp: true });
const server = await listen(api, { port: 0 });
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

/** A connection that has got its first answer, and is idle now. */
async function idleConnection(url: string): Promise<Socket> {
	const socket = connect(Number(new URL(url).port), "127.0.0.1");
	onTestFinished(() => void socket.destroy());
	await ask(socket);
	return socket;
}

async function ask(socket: Socket): Promise<string> {
	socket.write("GET /api/v1/nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
	const [answer] = await once(socket, "data");
	return String(answer);
}

const keepAliveOf = async (url: string | undefined) => (await fetch(`${url}/api/v1/nowhere`)).headers.get("Keep-Alive");

describe("an idle connection", () => {
	it("stays open for 65 s, and clients are told", async () => {
		expect(await keepAliveOf(server.url)).toBe("timeout=65");
	});

	it("is closed after the time that `listen` was given; others can still be used then", async () => {
		const brief = await listen(api, { port: 0, keepAlive: 1 });
		onTestFinished(brief.close);
		const [closed, open] = await Promise.all([idleConnection(brief.url), idleConnection(server.url)]);
		await once(closed.resume(), "close");
		expect(await ask(open)).toMatch(/^HTTP\/1\.1 404 /);
	});

	it("does not keep a closing server open", async () => {
		const closing = await listen(api, { port: 0 });
		const socket = await idleConnection(closing.url);
		await Promise.all([once(socket.resume(), "close"), closing.close()]);
	});

	it("that never sent a request does not keep a closing server open, either", async () => {
		const closing = await listen(api, { port: 0 });
		const socket = connect(Number(new URL(closing.url).port), "127.0.0.1");
		await once(socket, "connect");
		await Promise.all([once(socket.resume(), "close"), closing.close()]);
	});

	it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("cannot stay open for %d ms", async (keepAlive) => {
		const refused = await listen(api, { port: 0, keepAlive }).catch((error: unknown) => error);
		expect(refused).toBeInstanceOf(ApiStartError);
		expect(refused).toMatchObject({ code: "CONFIG_INVALID" });
	});

	it.each([
		["an option", ["--keep-alive-seconds", "90.5"], {}],
		["the environment", [], { SENTC_KEEP_ALIVE_SECONDS: "90.5" }],
	])("stays open as long as %s of the command line says", async (_, args, env) => {
		const line = await ready(start(temporaryFolder(), ["serve", "--port", "0", ...args], env));
		expect(await keepAliveOf(line["url"])).toBe("timeout=90");
	});

	it.each(["0", "x", "100000"])("cannot stay open for %s seconds by the command line", async (seconds) => {
		await refusal(temporaryFolder(), ["serve", "--port", "0", "--keep-alive-seconds", seconds]);
	});
});
