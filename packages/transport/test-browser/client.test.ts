import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, engines, startBrowser, type Tab } from "@sentc-ts/browsers";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "./page/main.js";

let folder: string;
let url: string;
const server = createServer(answer);

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "transport-"));
	await build({
		root: fileURLToPath(new URL("page", import.meta.url)),
		configFile: false,
		logLevel: "warn",
		build: { outDir: folder, emptyOutDir: true, modulePreload: { polyfill: false } },
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
	server.close();
	server.closeAllConnections();
	await rm(folder, { recursive: true });
});

/** The page and the API at one address. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const path = request.url ?? "/";
	if (!path.startsWith("/api/")) return servePage(path, response);
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk);
	const way = basename(path);
	if (way === "upload") return void response.end(success(Buffer.concat(chunks).toString()));
	if (way === "well") return void response.end(path.includes("download") ? "12345" : success("pong"));
	response.writeHead(200, { "Content-Length": 100 }).write("{");
	if (way === "cut") setTimeout(() => response.destroy(), 100);
}

const success = (result: string): string => JSON.stringify({ status: true, result });

async function servePage(path: string, response: ServerResponse): Promise<void> {
	const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript" };
	const file = join(folder, path === "/" ? "index.html" : path);
	const content = await readFile(file).catch(() => undefined);
	response.writeHead(content ? 200 : 404, { "Content-Type": types[extname(file)] ?? "image/x-icon" }).end(content);
}

describe.each(engines)("in $name", (engine) => {
	let browser: Browser;
	let tab: Tab;
	beforeAll(async () => {
		browser = await startBrowser(engine);
		tab = await browser.newTab();
		await tab.goto(url);
	});
	afterAll(() => browser?.close());

	const ping = (way: string, timeout?: number): Promise<unknown> =>
		tab.evaluate(([which, ms]) => window.transport.ping(which, ms ?? undefined), [way, timeout ?? null] as const);
	const download = (way: string): Promise<unknown> => tab.evaluate((which) => window.transport.download(which), way);
	const upload = (kind: "array" | "blob" | "stream"): Promise<unknown> =>
		tab.evaluate((which) => window.transport.upload(which), kind);

	it("a request is answered", async () => {
		expect(await ping("well")).toEqual({ result: "pong" });
		expect(await download("well")).toEqual({ result: 5 });
	});

	it("an answer that breaks off in the middle is a typed error", async () => {
		expect(await ping("cut")).toEqual({ code: "RESPONSE_UNREADABLE" });
		expect(await download("cut")).toEqual({ code: "RESPONSE_UNREADABLE" });
	});

	it("an answer that starts and never ends is a timeout", async () => {
		expect(await ping("stall", 500)).toEqual({ code: "REQUEST_TIMEOUT" });
	});

	it("an array and a Blob arrive as they were sent", async () => {
		expect(await upload("array")).toEqual({ result: "the bytes" });
		expect(await upload("blob")).toEqual({ result: "the bytes" });
	});

	it("a stream is refused rather than sent as something else", async () => {
		// This server speaks HTTP/1.1, over which Chromium sends none.
		const code = engine.name === "Chromium" ? "REQUEST_FAILED" : "INVALID_INPUT";
		expect(await upload("stream")).toEqual({ code });
	});
});
