import { type ConsoleMessage, launch, type Page } from "puppeteer-core";
import { findExecutable } from "./executable.js";
import { createQueue, type Queue } from "./queue.js";
import { type Browser, type Engine, INSECURE_HOST, type Tab } from "./types.js";

/** Driven by Puppeteer over WebDriver BiDi. `FIREFOX_PATH` says which one. */
export const firefox: Engine = {
	name: "Firefox",
	tellsComplaints: true,
	async start(): Promise<Browser> {
		const browser = await launch({
			browser: "firefox",
			executablePath: findExecutable({
				name: "Firefox",
				debianPackage: "firefox-esr",
				variable: "FIREFOX_PATH",
				candidates: ["/usr/bin/firefox-esr", "/usr/bin/firefox"],
			}),
			extraPrefsFirefox: { "network.dns.localDomains": INSECURE_HOST },
			protocolTimeout: 600_000,
		});
		const complaints: string[] = [];
		const oneByOne = createQueue();
		return {
			version: (await browser.version()).replace(/^firefox\//i, ""),
			complaints,
			newTab: async () => firefoxTab(await browser.newPage(), complaints, oneByOne),
			close: () => browser.close(),
		};
	},
};

function firefoxTab(page: Page, complaints: string[], oneByOne: Queue): Tab {
	page.on("pageerror", (error: unknown) => complaints.push(String(error)));
	page.on("console", (message: ConsoleMessage) => {
		if (message.type() === "error") complaints.push(message.text());
	});
	/** A tab in the background paints nothing, which Puppeteer waits for before it clicks. */
	const inFront = (act: () => Promise<void>): Promise<void> =>
		oneByOne(async () => {
			await page.bringToFront();
			await act();
		});
	return {
		goto: (url) => page.goto(url),
		reload: () => page.reload(),
		evaluate: (run, argument) => page.evaluate(run as never, argument) as never,
		click: (selector) =>
			inFront(() => page.locator(selector.startsWith("//") ? `::-p-xpath(${selector})` : selector).click()),
		fill: (selector, text) => inFront(() => page.locator(selector).fill(text)),
		close: () => page.close(),
	};
}
