import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const ARGUMENTS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

/** A Chromium of its own: nothing is left from the run before, nothing is left behind. */
export interface Browser {
	readonly context: BrowserContext;
	close(): Promise<void>;
}

/**
 * Starts Chromium without a window. `CHROMIUM_PATH` says which one.
 *
 * @throws Error with one sentence when there is none
 */
export async function startBrowser(options: BrowserContextOptions = {}): Promise<Browser> {
	const executablePath = findChromium();
	const profile = await mkdtemp(join(tmpdir(), "sentc-ts-chromium-"));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath,
		headless: true,
		args: ARGUMENTS,
		...options,
	});
	context.setDefaultTimeout(20_000);
	return {
		context,
		close: async () => {
			await context.close();
			await rm(profile, { recursive: true, force: true, maxRetries: 5 });
		},
	};
}

function findChromium(): string {
	const { CHROMIUM_PATH } = process.env;
	const found = (CHROMIUM_PATH ? [CHROMIUM_PATH] : CANDIDATES).find((path) => existsSync(path));
	if (found === undefined) {
		throw new Error("The browser tests need Chromium: install it, or set CHROMIUM_PATH to its executable.");
	}
	return found;
}
