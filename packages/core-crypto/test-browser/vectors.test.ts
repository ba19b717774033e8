import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, engines, startBrowser, type Tab, until } from "@sentc-ts/browsers";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allChecks, derivesPasswords } from "../test/checks/all.js";
import { sources } from "../test/support.js";
import type { Results } from "./page/main.js";
import { type Served, serve } from "./serve.js";

/** Images may load: WebKit asks for an icon, and tells of it when the policy forbids that. */
const policy = (workers: string, scripts = "'self'"): string =>
	`default-src 'none'; script-src ${scripts}; img-src 'self'; worker-src ${workers}`;

const checks = allChecks(sources).map(({ name }) => name);

let folder: string;
let served: Served;

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
	served = await serve(folder, policy("'self'"));
});
afterAll(async () => {
	served?.close();
	await rm(folder, { recursive: true });
});

describe.each(engines)("in $name", (engine) => {
	let browser: Browser;
	let tab: Tab;
	beforeAll(async () => {
		browser = await startBrowser(engine);
		tab = await open(served.url);
	});
	afterAll(() => browser?.close());

	async function open(url: string): Promise<Tab> {
		const opened = await browser.newTab();
		await opened.goto(url);
		return opened;
	}

	const violations = (of: Tab): Promise<string[]> => of.evaluate(() => window.page.violations);

	it("importing the package starts no worker and opens no database", async () => {
		const before = served.requested.length;
		const other = await open(served.url);
		expect(served.requested.slice(before)).not.toContainEqual(WORKER);
		expect(await other.evaluate(() => indexedDB.databases())).toEqual([]);
		await other.close();
	});

	// Passwords in the worker alone: deriving them is two thirds of all this.
	describe.each([
		["thread", checks.filter((name) => !derivesPasswords(name))],
		["worker", checks],
	] as const)("every vector: %s", (where, names) => {
		let results: Results = {};
		let requested: readonly string[] = [];
		beforeAll(async () => {
			const before = served.requested.length;
			results = await tab.evaluate((args) => window.page.run(...args), [where, names] as const);
			requested = served.requested.slice(before).filter((path) => path !== "/favicon.ico");
		}, 300_000);

		for (const name of names) it(name, () => expect(results[name]).toBeNull());

		it("with the script of a worker only if there is one", () => {
			expect([...new Set(requested)]).toEqual(where === "worker" ? [WORKER] : []);
		});
	});

	it("WebCrypto computes with the curves", async () => {
		const names = ["curves: X25519, 9 + p is reduced", "curves: Ed25519 with a secret key that begins with 255"];
		expect(checks).toEqual(expect.arrayContaining(names));
		// WebKitGTK verifies signatures whose S is not reduced, so its Ed25519 is not used.
		const expected = engine.name === "WebKit" ? ["ed25519Sign", "ed25519Verify"] : [];
		expect(await tab.evaluate((given) => window.page.callsOfCurves(given), names)).toEqual(expected);
	});

	describe("the policy of the page", () => {
		it("was not violated", async () => expect(await violations(tab)).toEqual([]));

		it("does not let text be run as code", async () => {
			const other = await open(served.url);
			expect(await other.evaluate(() => window.page.evaluatesText())).toBe(false);
			await until("The page tells of the breach", async () => (await violations(other)).length === 1);
			await other.close();
		});
	});

	describe.each([
		["the policy allows it: it tells nothing", "'self' 'wasm-unsafe-eval'", []],
		["the policy forbids it: it tells so, and TypeScript goes on", "'self'", ["/report"]],
	])("Argon2id by WebAssembly, where %s", (_, scripts, reports) => {
		it("derives the same", async () => {
			const site = await serve(folder, `${policy("'self'", scripts)}; report-uri /report`);
			const other = await open(site.url);
			const results = await other.evaluate(() => window.page.deriveByWebAssembly());
			expect(Object.values(results)).not.toEqual([]);
			expect(Object.entries(results).filter(([, error]) => error !== null)).toEqual([]);
			// WebKit refuses without a report.
			const expected = engine.name === "WebKit" ? [] : reports;
			const reported = (): string[] => site.requested.filter((path) => path === "/report");
			await until("The browser reports", async () => reported().length === expected.length);
			expect(reported()).toEqual(expected);
			await other.close();
			site.close();
		});
	});

	describe("a worker that does not load", () => {
		/** A script that answers nothing is waited for. */
		const load = (url: string): Promise<unknown> =>
			tab.evaluate((args) => window.page.load(...args), [url, url.endsWith("silent.js") ? 500 : 5000] as const);

		it.each(["missing.js", "broken.js", "silent.js"])("is an error that names its URL: %s", async (name) => {
			const url = `${served.url}${name}`;
			expect(await load(name)).toMatchObject({
				typed: true,
				code: "WORKER_LOAD_FAILED",
				errorMessage: expect.stringContaining(url),
			});
		});

		it("is one of another origin", async () => {
			const url = served.url.replace("127.0.0.1", "localhost");
			expect(await load(`${url}silent.js`)).toMatchObject({ typed: true, code: "WORKER_LOAD_FAILED" });
		});

		it("is one that the policy blocks", async () => {
			const strict = await serve(folder, policy("'none'"));
			const other = await open(strict.url);
			const failure = await other.evaluate(() => window.page.load("/silent.js", 5000));
			expect(failure).toMatchObject({ typed: true, code: "WORKER_LOAD_FAILED" });
			expect((await violations(other))[0]).toContain("worker-src");
			await other.close();
			strict.close();
		});
	});
});

/** What vite makes of the script of the package's worker. */
const WORKER: unknown = expect.stringMatching(/^\/assets\/web-worker-.*\.js$/);
