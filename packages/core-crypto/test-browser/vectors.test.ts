import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allChecks } from "../test/checks/all.js";
import { sources } from "../test/support.js";
import { launch, serve } from "./browser.js";
import type { Results } from "./page/main.js";

const policy = "default-src 'none'; script-src 'self'; worker-src 'self'";

let folder: string;
let server: Awaited<ReturnType<typeof serve>>;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "core-crypto-"));
	await build({
		root: fileURLToPath(new URL("page", import.meta.url)),
		configFile: false,
		logLevel: "warn",
		build: { outDir: folder, emptyOutDir: true, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2000 },
	});
	await writeFile(join(folder, "broken.js"), "}");
	await writeFile(join(folder, "silent.js"), "");
	server = await serve(folder, policy);
	browser = await launch();
	page = await open(server.url);
});
afterAll(async () => {
	await browser?.close();
	server?.close();
	await rm(folder, { recursive: true });
});

async function open(url: string): Promise<Page> {
	const opened = await browser.newPage();
	await opened.goto(url);
	await opened.waitForFunction(() => "page" in window);
	return opened;
}

describe.each(["thread", "worker"] as const)("every vector in Chromium: %s", (where) => {
	let results: Results = {};
	beforeAll(async () => {
		results = await page.evaluate((place) => window.page.run(place), where);
	}, 300_000);

	for (const { name } of allChecks(sources)) it(name, () => expect(results[name]).toBeNull());
});

it("importing the package starts no worker and opens no database", async () => {
	const other = await open(server.url);
	expect(other.workers()).toEqual([]);
	expect(await other.evaluate(() => indexedDB.databases())).toEqual([]);
	await other.close();
});

describe("the policy of the page", () => {
	it("was not violated", async () => {
		expect(await page.evaluate(() => window.page.violations)).toEqual([]);
	});

	it("does not let text be run as code", async () => {
		const other = await open(server.url);
		expect(await other.evaluate(() => window.page.evaluatesText())).toBe(false);
		await other.waitForFunction(() => window.page.violations.length === 1);
	});
});

describe("a worker that does not load", () => {
	const load = (url: string): Promise<unknown> => page.evaluate((script) => window.page.load(script), url);

	it.each(["missing.js", "broken.js", "silent.js"])("is an error that names its URL: %s", async (name) => {
		const url = `${server.url}${name}`;
		expect(await load(name)).toMatchObject({
			typed: true,
			code: "WORKER_LOAD_FAILED",
			errorMessage: expect.stringContaining(url),
		});
	});

	it("is one of another origin", async () => {
		const url = server.url.replace("127.0.0.1", "localhost");
		expect(await load(`${url}silent.js`)).toMatchObject({ typed: true, code: "WORKER_LOAD_FAILED" });
	});

	it("is one that the policy blocks", async () => {
		const strict = await serve(folder, "default-src 'none'; script-src 'self'; worker-src 'none'");
		const other = await open(strict.url);
		const failure = await other.evaluate(() => window.page.load("/silent.js"));
		expect(failure).toMatchObject({ typed: true, code: "WORKER_LOAD_FAILED" });
		expect((await other.evaluate(() => window.page.violations))[0]).toContain("worker-src");
		await other.close();
		strict.close();
	});
});
