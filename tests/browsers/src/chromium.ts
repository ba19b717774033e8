import { type ConsoleMessage, type LaunchOptions, chromium as playwright } from "playwright-core";
import { findExecutable } from "./executable.js";
import { type Browser, type Engine, INSECURE_HOST } from "./types.js";

/**
 * How to start Chromium without a window and without requests of its own. `CHROMIUM_PATH` says which one.
 *
 * @throws Error with one sentence when there is none
 */
export function launchOptions(): LaunchOptions {
	const executablePath = findExecutable({
		name: "Chromium",
		debianPackage: "chromium",
		variable: "CHROMIUM_PATH",
		candidates: ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
	});
	return {
		executablePath,
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			`--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
		],
	};
}

/** Driven by Playwright over the Chrome DevTools Protocol. */
export const chromium: Engine = {
	name: "Chromium",
	tellsComplaints: true,
	async start(): Promise<Browser> {
		const browser = await playwright.launch(launchOptions());
		const context = await browser.newContext();
		const complaints: string[] = [];
		context.on("weberror", (error) => complaints.push(error.error().message));
		context.on("console", (message: ConsoleMessage) => {
			if (message.type() === "error") complaints.push(message.text());
		});
		return {
			version: browser.version(),
			complaints,
			newTab: () => context.newPage(),
			close: () => browser.close(),
		};
	},
};
