import { randomBytes, randomUUID } from "node:crypto";
import { createApi, listen } from "@sentc-ts/api-server";
import { createOwnBackend, serve } from "@sentc-ts/app-own-backend";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { codeBlocks, compileExample } from "../src/examples.js";

const README = new URL("../../../README.md", import.meta.url);
const [example] = codeBlocks(README, "ts");

let urls: { api: string; backend: string };
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
	const api = await createApi({ database: ":memory:", rootKey: randomBytes(32), developmentApp: true });
	const server = await listen(api, { host: "127.0.0.1", port: 0 });
	const backend = await serve(
		createOwnBackend({ base_url: server.url, secret_token: String(api.developmentApp?.secretToken) }),
		0,
	);
	urls = { api: server.url, backend: backend.url };
	closing.push(
		backend.close,
		() => server.close(),
		() => api.close(),
	);
});
afterAll(async () => {
	for (const close of closing) await close();
});

describe("the README's example", () => {
	it("has at most ten lines of code", () => {
		const lines = String(example)
			.split("\n")
			.filter((line) => line.trim() !== "" && !line.startsWith("import"));
		expect(lines.length).toBeGreaterThan(0);
		expect(lines.length).toBeLessThanOrEqual(10);
	});

	it("compiles strictly, runs against the API and the own backend, and decrypts what it encrypted", async () => {
		const code = String(example)
			.replaceAll("http://127.0.0.1:3002", urls.api)
			.replaceAll("http://127.0.0.1:3000", urls.backend)
			.replaceAll('"ada"', JSON.stringify(`ada-${randomUUID()}`));
		const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
		await import(/* @vite-ignore */ compileExample("readme", code));
		expect(log.mock.calls).toEqual([["Only the members can read this."]]);
		log.mockRestore();
	});
});
