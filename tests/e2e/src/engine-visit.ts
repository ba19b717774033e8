import { randomUUID } from "node:crypto";
import { type Browser, type Engine, startBrowser, type Tab } from "@sentc-ts/browsers";
import { type Servers, startServers } from "@sentc-ts/test-world/own-backend";
import { waitForStatus } from "./person.js";

/** A person in front of the page, in a browser of any engine. */
export interface EngineVisit {
	readonly browser: Browser;
	readonly servers: Servers;
	readonly tab: Tab;
	/** A name that nobody has. */
	readonly name: string;
	/** Opens the page in one more tab. */
	openTab(): Promise<Tab>;
	close(): Promise<void>;
}

/** Starts the servers and the engine's browser, and opens the page. */
export async function visitWith(engine: Engine): Promise<EngineVisit> {
	const servers = await startServers();
	let browser: Browser | undefined;
	const close = async (): Promise<void> => {
		await browser?.close();
		await servers.close();
	};
	try {
		const started = await startBrowser(engine);
		browser = started;
		const openTab = async (): Promise<Tab> => {
			const tab = await started.newTab();
			await tab.goto(servers.backendUrl);
			return tab;
		};
		const tab = await openTab();
		await waitForStatus(tab, "Not logged in");
		return { browser: started, servers, tab, name: `ada-${randomUUID()}`, openTab, close };
	} catch (error) {
		await close();
		throw error;
	}
}
