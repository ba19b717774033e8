import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser as EngineBrowser, engines, INSECURE_HOST, startBrowser } from "@sentc-ts/browsers";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser, openJourney, type Visit, visit } from "../src/browser.js";
import { buildSite, bundlers, withoutWorkers } from "../src/bundlers.js";
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

const TEXT = "Only the members can read this.";

/** The query that tells a page where the API is. */
const query = (api: string): string => String(new URLSearchParams({ api, token: servers.laxToken }));

async function visitSite(site: Site): Promise<Visit> {
	return visit(browser, `${site.url}?${query(servers.api)}`).finally(site.close);
}

const MAIN = `import Sentc from "@sentc-ts/sdk";
	import { showJourney } from "./journey.js";
	showJourney(Sentc);`;

const CLASSIC_MAIN = `import { showJourney } from "./journey.js";
	if (!(window.Sentc.default instanceof window.Sentc.SentcClient)) throw new Error("Names are missing.");
	showJourney(window.Sentc.default);`;

const CLASSIC_HEAD = '<script src="sentc.min.js"></script>';

/** Adds to a folder what the package has for pages without a bundler. */
async function addScripts(folder: string): Promise<string> {
	const { resolve } = createRequire(join(project.folder, "package.json"));
	for (const file of ["sentc.min.js", "sentc.worker.js"]) {
		await copyFile(resolve(`@sentc-ts/sdk/${file}`), join(folder, file));
	}
	return folder;
}

describe("a page that imports the SDK", () => {
	let page: string;
	beforeAll(async () => {
		page = await createPage(project, "journey", MAIN);
	});

	describe.each(Object.entries(bundlers))("with %s", (name, bundler) => {
		let visited: Visit;
		beforeAll(async () => {
			visited = await visitSite(await bundler(page, servers.api));
		});

		it("decrypts what it encrypted for a group", () => expect(visited.output).toBe(TEXT));
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
	describe("of its own origin", () => {
		let visited: Visit;
		beforeAll(async () => {
			const page = await createPage(project, "classic", CLASSIC_MAIN, CLASSIC_HEAD);
			visited = await visitSite(await serveFolder(await addScripts(page), servers.api));
		});

		it("decrypts what it encrypted for a group", () => expect(visited.output).toBe(TEXT));
		it("works without a complaint of the browser", () => expect(visited.complaints).toEqual([]));
		it("runs the cryptography in the worker beside it", () => {
			expect(visited.workers).toEqual([expect.stringMatching(/\/sentc\.worker\.js$/)]);
		});
	});

	it("has one class for each error, whichever file throws it", async () => {
		const main = `const { default: sentc, CryptoError, InvalidInput, SymKey } = window.Sentc;
			const query = new URLSearchParams(location.search);
			await sentc.init({ base_url: query.get("api"), app_token: query.get("token"), allow_insecure_http: true });
			const key = new SymKey("", "", "no key", "", "", "");
			const output = document.querySelector("output");
			for (const [data, expected] of [[new Uint8Array(), CryptoError], ["no bytes", InvalidInput]]) {
				try {
					key.encryptRaw(data);
				} catch (error) {
					output.append(error instanceof expected ? error.code : error.stack, " ");
				}
			}
			output.dataset.state = "done";`;
		const page = await createPage(project, "classic-errors", main, CLASSIC_HEAD);
		const { output } = await visitSite(await serveFolder(await addScripts(page), servers.api));
		expect(output).toBe("KEY_STRING_INVALID INVALID_INPUT ");
	});

	it("says at init which file is missing beside it", async () => {
		const page = await createPage(project, "classic-alone", CLASSIC_MAIN, CLASSIC_HEAD);
		await addScripts(page);
		await rm(join(page, "sentc.worker.js"));
		const { output } = await visitSite(await serveFolder(page, servers.api));
		expect(output).toMatch(/The cryptography could not be loaded from http:.*\/sentc\.worker\.js/);
	});

	describe("of another origin", () => {
		let visited: Visit;
		beforeAll(async () => {
			const other = await serveFolder(await addScripts(await mkdtemp(join(project.folder, "scripts-"))), servers.api);
			const head = `<script src="${other.url}sentc.min.js"></script>`;
			const page = await createPage(project, "classic-elsewhere", CLASSIC_MAIN, head);
			visited = await visitSite(await serveFolder(page, servers.api, other.url)).finally(other.close);
		});

		it("decrypts what it encrypted for a group", () => expect(visited.output).toBe(TEXT));
		it("works without a complaint of the browser", () => expect(visited.complaints).toEqual([]));
		it("runs the cryptography in the page, and warns once", () => {
			expect(visited.warnings).toEqual([expect.stringContaining("The crypto worker could not be loaded")]);
		});
	});
});

describe("in every engine", () => {
	const at = (host: string, url: string): string => url.replace("127.0.0.1", host);
	const sites: Record<string, Site> = {};
	beforeAll(async () => {
		const api = `${servers.api} ${at(INSECURE_HOST, servers.api)}`;
		const scripts = await addScripts(await createPage(project, "classic-everywhere", CLASSIC_MAIN, CLASSIC_HEAD));
		const page = await createPage(project, "journey-everywhere", MAIN);
		sites["the classic script"] = await serveFolder(scripts, api);
		for (const name of ["vite build", "esbuild"]) sites[name] = await buildSite(name, page, api);
	});
	afterAll(async () => {
		for (const site of Object.values(sites)) await site.close();
	});

	describe.each(engines)("$name", (engine) => {
		let started: EngineBrowser;
		beforeAll(async () => {
			started = await startBrowser(engine);
		});
		afterAll(() => started?.close());

		describe.each([
			["a secure context", "127.0.0.1", true],
			["no secure context", INSECURE_HOST, false],
		])("in %s", (_, host, isSecure) => {
			const url = (site: Site): string => `${at(host, site.url)}?${query(at(host, servers.api))}`;

			it.each([
				["the classic script", "in its worker, whose script the page runs, too", 2],
				["vite build", "in its worker", 1],
				["esbuild", "in the page", 0],
			])("the journey ends well with %s, %s", async (name, _where, times) => {
				const site = sites[name] as Site;
				const before = site.requested.length;
				const { tab, output } = await openJourney(started, url(site));
				expect(output).toBe(TEXT);
				const requested = site.requested.slice(before);
				expect(requested.filter((path) => /worker[^/]*\.js$/.test(path))).toHaveLength(times);
				const offers = await tab.evaluate(() => [isSecureContext, "subtle" in crypto, "locks" in navigator]);
				expect(offers).toEqual([isSecure, isSecure, isSecure]);
				await tab.close();
			});

			it("the session is there when the page comes again", async () => {
				const { tab } = await openJourney(started, url(sites["the classic script"] as Site));
				const userId = await tab.evaluate(async () => {
					const { SentcClient } = Reflect.get(window, "Sentc");
					const parameters = new URLSearchParams(location.search);
					const sentc = new SentcClient();
					const [base_url, app_token] = [parameters.get("api"), parameters.get("token")];
					const user = await sentc.init({ base_url, app_token, allow_insecure_http: true });
					return user?.user_data.user_id;
				});
				expect(userId).toMatch(/^[0-9a-f-]{36}$/);
				await tab.close();
			});
		});

		if (engine.tellsComplaints) {
			it("there is nothing to complain about", () => expect(started.complaints).toEqual([]));
		}
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
