import { randomUUID } from "node:crypto";
import type { BrowserContextOptions, Page } from "playwright-core";
import { type Browser, startBrowser } from "./browser.js";
import { type Servers, startServers } from "./servers.js";

export const PASSWORD = "correct horse battery staple";

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
export async function openPage(options: BrowserContextOptions = {}): Promise<Visit> {
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

/** Fills and sends a form, and waits for its sentence. */
export async function submit(
	page: Page,
	form: string,
	fields: Record<string, string>,
	button: string,
): Promise<string> {
	for (const [name, value] of Object.entries(fields)) await page.locator(`#${form} [name="${name}"]`).fill(value);
	await page.locator(`#${form}`).getByRole("button", { name: button, exact: true }).click();
	return sentence(page, form);
}

/** What the form says when it is done. */
export async function sentence(page: Page, form: string): Promise<string> {
	await page.locator(`#${form}[aria-busy="false"] .message:not(:empty)`).waitFor();
	return (await page.locator(`#${form} .message`).textContent()) ?? "";
}

export async function register(page: Page, name: string): Promise<string> {
	const profile = { email: "ada@example.com", full_name: "Ada Lovelace" };
	return submit(page, "register", { identifier: name, password: PASSWORD, ...profile }, "Register");
}

/** Logs in, and waits for the lists of groups and devices that a login loads. */
export async function logIn(page: Page, name: string, password: string = PASSWORD): Promise<string> {
	const said = await submit(page, "login", { identifier: name, password }, "Log in");
	for (const form of ["group", "devices"]) await page.locator(`#${form} select:not([aria-busy="true"])`).waitFor();
	return said;
}
