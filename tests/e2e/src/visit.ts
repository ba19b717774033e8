import { randomUUID } from "node:crypto";
import { type Servers, startServers } from "@sentc-ts/test-world/own-backend";
import type { Page } from "playwright-core";
import { type Browser, type Start, startBrowser } from "./browser.js";

/** A person in front of the page. */
export interface Visit {
	readonly browser: Browser;
	readonly servers: Servers;
	readonly page: Page;
	/** A name that nobody has. */
	readonly name: string;
	/** What the page complained about: errors of scripts and breaches of the Content-Security-Policy. */
	readonly complaints: string[];
	close(): Promise<void>;
}

/** Starts the servers and Chromium, and opens the page. */
export async function openPage(options: Start = {}): Promise<Visit> {
	const servers = await startServers();
	const browser = await startBrowser(options);
	const page = await browser.context.newPage();
	const complaints = await collectComplaints(page);
	await page.goto(servers.backendUrl);
	await page.getByText("Not logged in").waitFor();
	return {
		browser,
		servers,
		page,
		name: `ada-${randomUUID()}`,
		complaints,
		close: async () => {
			await browser.close();
			await servers.close();
		},
	};
}

/** The page of those who help people who are locked out, in another tab. */
export async function openHelpDesk({ browser, servers }: Visit): Promise<Page> {
	const desk = await browser.context.newPage();
	await desk.goto(`${servers.backendUrl}/help-desk/`);
	return desk;
}

/** The console tells of a breach too; the event tells which directive, and where. */
async function collectComplaints(page: Page): Promise<string[]> {
	const complaints: string[] = [];
	page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
	page.on("console", (message) => {
		if (message.type() === "error") complaints.push(`console: ${message.text()} ${message.location().url}`);
	});
	await page.exposeFunction("complain", (text: string) => complaints.push(text));
	await page.addInitScript(() => {
		document.addEventListener("securitypolicyviolation", (event) => {
			const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
			const complain = Reflect.get(globalThis, "complain") as (text: string) => void;
			complain(`policy: ${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`);
		});
	});
	return complaints;
}

/** Moves the clocks of the API and of the page forward, ms. */
export async function advance({ page, servers }: Visit, time: number): Promise<void> {
	servers.advance(time);
	await page.clock.setSystemTime(servers.now());
}
