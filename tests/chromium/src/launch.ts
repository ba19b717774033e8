import { existsSync } from "node:fs";
import type { LaunchOptions } from "playwright-core";

const CANDIDATES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * How to start Chromium without a window and without requests of its own. `CHROMIUM_PATH` says which one.
 *
 * @throws Error with one sentence when there is none
 */
export function launchOptions(): LaunchOptions {
	const { CHROMIUM_PATH } = process.env;
	const executablePath = (CHROMIUM_PATH ? [CHROMIUM_PATH] : CANDIDATES).find((path) => existsSync(path));
	if (executablePath === undefined) {
		throw new Error("The browser tests need Chromium: install it, or set CHROMIUM_PATH to its executable.");
	}
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
		],
	};
}
