import { chromium } from "./chromium.js";
import { firefox } from "./firefox.js";
import type { Browser, Engine } from "./types.js";
import { webkit } from "./webkit.js";

export { launchOptions } from "./chromium.js";
export { type ScriptsPage, type ScriptsPageOptions, serveScriptsPage } from "./scripts-page.js";
export { type Browser, type Engine, INSECURE_HOST, type Tab } from "./types.js";
export { until } from "./until.js";

/** Chromium, Firefox and WebKit. */
export const engines: readonly Engine[] = [chromium, firefox, webkit];

/** {@link Engine.start}, and says which version it is. */
export async function startBrowser(engine: Engine): Promise<Browser> {
	const browser = await engine.start();
	console.log(`${engine.name} ${browser.version}`);
	return browser;
}
