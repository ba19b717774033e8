import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchOptions } from "@sentc-ts/browsers";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import type { Client } from "../cold/client.js";
import { type ColdStart, coldStarts, KINDS, type Kind } from "../cold/cold-start.js";
import type { PageOptions } from "../page/main.js";
import type { Runtime } from "./runtime.js";
import { serveFolder } from "./serve-folder.js";

/** @returns `undefined` where there is no Chromium */
export async function startChromium(options: PageOptions): Promise<Runtime | undefined> {
	const launch = findChromium();
	if (!launch) return undefined;
	const folder = await mkdtemp(join(tmpdir(), "sentc-ts-bench-page-"));
	await buildPages(folder);
	const site = await serveFolder(folder);
	const browser = await chromium.launch(launch);
	const page = await browser.newPage();
	await page.goto(`${site.url}page`);
	await page.addScriptTag({ url: `${site.url}main.js`, type: "module" });
	await page.waitForFunction(() => "prepare" in window);
	const names = await page.evaluate((given) => window.prepare(given), options);
	return {
		name: "Chromium",
		version: browser.version(),
		names,
		run: (name, effort) => page.evaluate(([name, effort]) => window.bench.run(name, effort), [name, effort] as const),
		coldStarts: (rounds) => coldStarts((kind) => startInPage(browser, site.url, kind), rounds),
		async close() {
			await browser.close();
			await site.close();
			await rm(folder, { recursive: true });
		},
	};
}

function findChromium(): ReturnType<typeof launchOptions> | undefined {
	try {
		return launchOptions();
	} catch (error) {
		console.error(`${(error as Error).message} Node alone is measured.\n`);
		return undefined;
	}
}

const moduleOf = (kind: Kind): string => (kind === "reference" ? "reference-page" : kind);

/** The page of all operations, and in folders of their own what starts: each is an app, which shares no chunk with another one. */
async function buildPages(folder: string): Promise<void> {
	await buildPage("page/main.js", "main", folder);
	for (const kind of KINDS) await buildPage(`cold/${moduleOf(kind)}.js`, kind, join(folder, kind));
}

/** As an app's bundler does it: workers and WebAssembly lie beside the scripts. */
async function buildPage(script: string, name: string, outDir: string): Promise<void> {
	const dist = fileURLToPath(new URL("..", import.meta.url));
	await build({
		root: dist,
		base: "./",
		configFile: false,
		logLevel: "error",
		worker: { format: "es" },
		// The one of its builds that loads its WebAssembly as a page does.
		resolve: { alias: { sentc_wasm: createRequire(import.meta.url).resolve("sentc_wasm/sentc_wasm.js") } },
		build: {
			outDir,
			emptyOutDir: true,
			target: "es2023",
			assetsInlineLimit: 0,
			chunkSizeWarningLimit: 4000,
			modulePreload: { polyfill: false },
			rolldownOptions: {
				input: { [name]: join(dist, script) },
				output: { entryFileNames: "[name].js" },
				preserveEntrySignatures: "strict",
			},
		},
	});
}

/** In a page with a profile of its own: nothing is in a cache. */
async function startInPage(browser: Browser, url: string, kind: Kind): Promise<ColdStart> {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		await page.goto(`${url}page`);
		const { memory, ready } = await page.evaluate(async (script) => {
			const started = performance.now();
			const { client }: { client: Client } = await import(script);
			await client.first();
			const ready = performance.now() - started;
			await client.work();
			return { ready, memory: client.memory?.() ?? 0 };
		}, `${url}${kind}/${kind}.js`);
		const devtools = await context.newCDPSession(page);
		await devtools.send("HeapProfiler.collectGarbage");
		const { usedSize, ...usage } = await devtools.send("Runtime.getHeapUsage");
		return { ready, heap: usedSize + (usage.backingStorageSize ?? 0) + memory };
	} finally {
		await context.close();
	}
}
