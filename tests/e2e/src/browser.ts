import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchOptions } from "@sentc-ts/browsers";
import { type BrowserContext, chromium } from "playwright-core";

/** How the browser is started, and what it says about itself to pages. */
export type Start = NonNullable<Parameters<typeof chromium.launchPersistentContext>[1]>;

/** A Chromium of its own: nothing is left from the run before, nothing is left behind. */
export interface Browser {
	readonly context: BrowserContext;
	close(): Promise<void>;
}

/**
 * Starts Chromium without a window.
 *
 * @throws Error with one sentence when there is none
 */
export async function startBrowser(options: Start = {}): Promise<Browser> {
	const profile = await mkdtemp(join(tmpdir(), "sentc-ts-chromium-"));
	const context = await chromium.launchPersistentContext(profile, {
		...launchOptions(),
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
