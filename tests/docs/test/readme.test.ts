import { randomUUID } from "node:crypto";
import { type Servers, startServers } from "@sentc-ts/test-world/own-backend";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { codeBlocks, compileExamples } from "../src/examples.js";

const README = new URL("../../../README.md", import.meta.url);
const example = codeBlocks(README).find(({ language }) => language === "ts")?.code ?? "";

let servers: Servers;
beforeAll(async () => {
	servers = await startServers();
});
afterAll(() => servers.close());

describe("the README's example", () => {
	it("has at most ten lines of code", () => {
		const lines = example.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("import"));
		expect(lines.length).toBeGreaterThan(0);
		expect(lines.length).toBeLessThanOrEqual(10);
	});

	it("compiles strictly, runs against the API and the own backend, and decrypts what it encrypted", async () => {
		const code = example
			.replaceAll("http://127.0.0.1:3002", servers.apiUrl)
			.replaceAll("http://127.0.0.1:3000", servers.backendUrl)
			.replaceAll('"ada"', JSON.stringify(`ada-${randomUUID()}`));
		const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
		await import(/* @vite-ignore */ compileExamples({ readme: code }).readme);
		expect(log.mock.calls).toEqual([["Only the members can read this."]]);
		log.mockRestore();
	});
});
