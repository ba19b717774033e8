import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchOptions } from "@sentc-ts/browsers";
import { PASSWORD, startSentc } from "@sentc-ts/test-world";
import { type GroupNotesServers, startGroupNotesServers } from "@sentc-ts/test-world/group-notes";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

export { PASSWORD };

/** People in front of the group notes, each in a profile of their own. */
export interface Visit {
	readonly servers: GroupNotesServers;
	/** Path of the backend's database. */
	readonly database: string;
	/** What pages complained about: errors of scripts and breaches of the Content-Security-Policy. */
	readonly complaints: string[];
	/** Opens the page as a new person would. */
	newPerson(options?: BrowserContextOptions): Promise<Page>;
	close(): Promise<void>;
}

export async function visitGroupNotes(): Promise<Visit> {
	const folder = await mkdtemp(join(tmpdir(), "group-notes-"));
	const database = join(folder, "notes.db");
	const servers = await startGroupNotesServers(database);
	let browser: Browser | undefined;
	const close = async (): Promise<void> => {
		await browser?.close();
		await servers.close();
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const started = await chromium.launch(launchOptions());
		browser = started;
		const complaints: string[] = [];
		const newPerson = async (options: BrowserContextOptions = {}): Promise<Page> => {
			const context = await started.newContext(options);
			context.setDefaultTimeout(20_000);
			return openPage(context, servers.url, complaints);
		};
		return { servers, database, complaints, newPerson, close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function openPage(context: BrowserContext, url: string, complaints: string[]): Promise<Page> {
	const page = await context.newPage();
	page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
	page.on("console", (message) => {
		// A request that is refused or reaches nobody is said on the page, and belongs to what is tested.
		const isAboutRequest = /Failed to load resource|net::ERR/.test(message.text());
		if (message.type() === "error" && !isAboutRequest) complaints.push(`console: ${message.text()}`);
	});
	await page.goto(url);
	return page;
}

/** Creates an account, which signs in. */
export async function register(page: Page, name: string, identifier: string): Promise<void> {
	await page.getByRole("tab", { name: "Create account" }).click();
	await page.getByLabel("Your name").fill(name);
	await page.getByLabel("User name").fill(identifier);
	await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
	await page.getByRole("button", { name: "Create account" }).click();
	await page.getByRole("button", { name: "Sign out" }).waitFor();
}

/** @returns the address of its notes */
export async function createNotebook(page: Page, name: string): Promise<string> {
	await page.getByRole("button", { name: "New notebook" }).click();
	await page.getByLabel("Name").fill(name);
	await page.getByRole("button", { name: "Create notebook" }).click();
	await page.getByRole("heading", { name, level: 1 }).waitFor();
	return page.url();
}

export async function writeNote(page: Page, title: string, text: string): Promise<void> {
	await page.getByRole("button", { name: "New note" }).click();
	await page.getByLabel("Title").fill(title);
	await page.getByLabel("Text").fill(text);
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByRole("heading", { name: title, level: 2 }).waitFor();
	await page.getByRole("dialog").waitFor({ state: "detached" });
}

/** Writes more notes than anybody would type: “Entry 1” and so on. */
export async function writeManyNotes(
	{ servers }: Visit,
	identifier: string,
	groupId: string,
	count: number,
): Promise<void> {
	const { sentc } = await startSentc(servers.api);
	const user = await sentc.login(identifier, PASSWORD, true);
	const group = await user.getGroup(groupId);
	const headers = { Authorization: `Bearer ${await user.getJwt()}` };
	const write = async (entry: number): Promise<void> => {
		const title = `Entry ${entry}`;
		const note_id = entry.toString(16).padStart(32, "0");
		const note = { note_id, version: 1, title, text: "As every day", files: [] };
		const body = JSON.stringify({
			content: await group.encryptString(JSON.stringify(note), true),
			hashes: group.createSearchRaw(title.toLowerCase()),
			order: Number(group.encryptSortableRawString(title)),
		});
		const at = `${servers.url}/notebooks/${groupId}/notes/${note_id}?version=1`;
		const { status } = await fetch(at, { method: "PUT", headers, body });
		if (status !== 204) throw new Error(`The note was answered by ${status}`);
	};
	await Promise.all(Array.from({ length: count }, (_, place) => write(place + 1)));
	await user.logOut();
}

/** Goes to the members of the notebook that is shown. @returns the link of the invitation */
export async function invitationLink(page: Page): Promise<string> {
	await page.getByRole("link", { name: "Share" }).click();
	return page.getByRole("textbox", { name: "Link" }).inputValue();
}

/** The digits that the page shows. */
export async function digits(page: Page): Promise<string[]> {
	const list = page.getByRole("list", { name: "Safety number" });
	await list.waitFor();
	return list.getByRole("listitem").allTextContents();
}

/** Opens a link, creates an account, and asks to join. */
export async function askToJoin(page: Page, link: string, name: string, identifier: string): Promise<void> {
	await page.goto(link);
	await register(page, name, identifier);
	await page.getByRole("button", { name: "Ask to join" }).click();
	await page.getByText("You asked to join.").waitFor();
}

/** Whoever asked to join is compared and let in. */
export async function letIn(page: Page, name: string): Promise<void> {
	await page.getByText(`${name} asks to join`).waitFor();
	await page.getByRole("button", { name: "Compare and let in" }).click();
	await page.getByRole("button", { name: `They match: let ${name} in` }).click();
	await page.getByRole("button", { name: `${name} is verified` }).waitFor();
}
