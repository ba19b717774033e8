import { type Browser as EngineBrowser, launchOptions, type Tab, until } from "@sentc-ts/browsers";
import { type Browser, chromium } from "playwright-core";

/** How a page's journey ended. */
export interface Visit {
	/** What the page shows: the decrypted text, or an error. */
	readonly output: string;
	/** Errors in the page's console, refusals by the Content Security Policy among them. */
	readonly complaints: readonly string[];
	/** Warnings in the page's console. */
	readonly warnings: readonly string[];
	/** The scripts of the workers that the page started. */
	readonly workers: readonly string[];
}

export function launchBrowser(): Promise<Browser> {
	return chromium.launch(launchOptions());
}

/** Opens a page in a fresh profile and waits until its journey is over or has failed. */
export async function visit(browser: Browser, url: string): Promise<Visit> {
	const context = await browser.newContext();
	try {
		const page = await context.newPage();
		const complaints: string[] = [];
		const warnings: string[] = [];
		const workers: string[] = [];
		page.on("console", (message) => {
			if (message.type() === "error") complaints.push(message.text());
			if (message.type() === "warning") warnings.push(message.text());
		});
		page.on("worker", (worker) => workers.push(worker.url()));
		page.on("pageerror", (error) => complaints.push(error.message));
		const done = page.locator("output[data-state=done]");
		await Promise.race([
			page.waitForEvent("pageerror"),
			page.goto(url).then(() => done.waitFor({ state: "attached" })),
		]);
		const output = await page.locator("output").textContent();
		return { output: output ?? "", complaints, warnings, workers };
	} finally {
		await context.close();
	}
}

/** Opens a page in a browser of any engine and waits until its journey is over. Answers the tab, and what the page shows. */
export async function openJourney(browser: EngineBrowser, url: string): Promise<{ tab: Tab; output: string }> {
	const tab = await browser.newTab();
	await tab.goto(url);
	await until("The journey is over", () =>
		tab.evaluate(() => document.querySelector("output[data-state=done]") !== null),
	);
	return { tab, output: await tab.evaluate(() => document.querySelector("output")?.textContent ?? "") };
}
