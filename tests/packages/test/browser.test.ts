import { copyFile, mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, type Visit, visit } from "../src/browser.js";
import { bundlers, withoutWorkers } from "../src/bundlers.js";
import { createPage } from "../src/page.js";
import { createProject, type Project } from "../src/project.js";
import { type Servers, startServers } from "../src/servers.js";
import { type Site, serveFolder } from "../src/site.js";

let project: Project;
let servers: Servers;
let browser: Browser;

beforeAll(async () => {
	project = await createProject();
	servers = await startServers(project);
	browser = await launchBrowser();
}, 180_000);
afterAll(async () => {
	await browser?.close();
	await servers?.close();
	await project?.close();
});

/** Visits the page of a site, which gets to know the API by its query. */
async function visitSite(site: Site): Promise<Visit> {
	const query = new URLSearchParams({ api: servers.api, token: servers.laxToken });
	return visit(browser, `${site.url}?${query}`).finally(site.close);
}

describe("a page that imports the SDK", () => {
	let page: string;
	beforeAll(async () => {
		const main = `import Sentc from "@sentc-ts/sdk";
			import { showJourney } from "./journey.js";
			showJourney(Sentc);`;
		page = await createPage(project, "journey", main);
	});

	describe.each(Object.entries(bundlers))("with %s", (name, bundler) => {
		let visited: Visit;
		beforeAll(async () => {
			visited = await visitSite(await bundler(page, servers.api));
		});

		it("decrypts what it encrypted for a group", () => expect(visited.output).toBe("Only the members can read this."));
		it("works without a complaint of the browser", () => expect(visited.complaints).toEqual([]));
		if (withoutWorkers.includes(name)) {
			it("runs the cryptography in the page, and warns once", () => {
				expect(visited.warnings).toEqual([expect.stringContaining("The crypto worker could not be loaded")]);
			});
		} else {
			it("runs the cryptography in the worker", () => expect(visited.workers).toHaveLength(1));
		}
	});
});

describe("a page with the classic script", () => {
	const main = `import { showJourney } from "./journey.js";
		if (!(window.Sentc.default instanceof window.Sentc.SentcClient)) throw new Error("Names are missing.");
		showJourney(window.Sentc.default);`;
	/** A folder with what the package has for pages without a bundler. */
	async function addScripts(folder: string): Promise<string> {
		const { resolve } = createRequire(join(project.folder, "package.json"));
		for (const file of ["sentc.min.js", "sentc.worker.js"]) {
			await copyFile(resolve(`@sentc-ts/sdk/${file}`), join(folder, file));
		}
		return folder;
	}

	describe("of its own origin", () => {
		let visited: Visit;
		beforeAll(async () => {
			const page = await createPage(project, "classic", main, '<script src="sentc.min.js"></script>');
			visited = await visitSite(await serveFolder(await addScripts(page), servers.api));
		});

		it("decrypts what it encrypted for a group", () => expect(visited.output).toBe("Only the members can read this."));
		it("works without a complaint of the browser", () => expect(visited.complaints).toEqual([]));
		it("runs the cryptography in the worker beside it", () => {
			expect(visited.workers).toEqual([expect.stringMatching(/\/sentc\.worker\.js$/)]);
		});
	});

	describe("of another origin", () => {
		let visited: Visit;
		beforeAll(async () => {
			const other = await serveFolder(await addScripts(await mkdtemp(join(project.folder, "scripts-"))), servers.api);
			const head = `<script src="${other.url}sentc.min.js"></script>`;
			const page = await createPage(project, "classic-elsewhere", main, head);
			visited = await visitSite(await serveFolder(page, servers.api, other.url)).finally(other.close);
		});

		it("decrypts what it encrypted for a group", () => expect(visited.output).toBe("Only the members can read this."));
		it("works without a complaint of the browser", () => expect(visited.complaints).toEqual([]));
		it("runs the cryptography in the page, and warns once", () => {
			expect(visited.warnings).toEqual([expect.stringContaining("The crypto worker could not be loaded")]);
		});
	});
});

describe("a page that imports the own backend's helpers", () => {
	const sentence = "@sentc-ts/server-helpers holds the app's secret token and must not be bundled for a browser.";
	let whole: string;
	let named: string;
	beforeAll(async () => {
		const names = Object.keys(await project.load<object>("@sentc-ts/server-helpers"));
		whole = await createPage(project, "helpers", 'import "@sentc-ts/server-helpers";');
		const main = `import { ${names} } from "@sentc-ts/server-helpers";
			console.log(${names});`;
		named = await createPage(project, "helpers-by-name", main);
	});

	describe.each(Object.entries(bundlers))("with %s", (_, bundler) => {
		it("fails with a sentence when it loads", async () => {
			const { complaints } = await visitSite(await bundler(whole, servers.api));
			expect(complaints).toEqual([sentence]);
		});
		it("fails with a sentence when it names what it imports", async () => {
			const { complaints } = await visitSite(await bundler(named, servers.api));
			expect(complaints).toEqual([sentence]);
		});
	});
});

describe("the Content Security Policy of these pages", () => {
	it("refuses a script that evaluates text", async () => {
		const page = await createPage(project, "refused", 'new Function("return 1")();');
		const { complaints } = await visitSite(await serveFolder(page, servers.api));
		expect(complaints.join()).toContain("unsafe-eval");
	});
});
