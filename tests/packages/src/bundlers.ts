import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build as esbuild, type Format } from "esbuild";
import { createServer, type Plugin, build as vite } from "vite";
import webpack from "webpack";
import { type Site, serveFolder } from "./site.js";

/** Builds a page with a bundler's defaults and serves it. */
type Bundler = (page: string, api: string) => Promise<Site>;

async function bundledByEsbuild(page: string, api: string, format: Format): Promise<Site> {
	const outdir = join(page, "out", format);
	await esbuild({ absWorkingDir: page, entryPoints: ["main.js"], bundle: true, format, outdir, logLevel: "silent" });
	return serveBundle(page, outdir, api);
}

async function bundledByWebpack(page: string, api: string): Promise<Site> {
	const path = join(page, "out", "webpack");
	const compiler = webpack({ context: page, mode: "production", entry: "./main.js", output: { path } });
	const stats = await promisify(compiler.run).call(compiler);
	await promisify(compiler.close).call(compiler);
	if (stats?.hasErrors()) throw new Error(stats.toString("errors-only"));
	return serveBundle(page, path, api);
}

async function serveBundle(page: string, folder: string, api: string): Promise<Site> {
	await copyFile(join(page, "index.html"), join(folder, "index.html"));
	return serveFolder(folder, api);
}

async function builtByVite(root: string, api: string): Promise<Site> {
	const outDir = join(root, "out", "vite");
	await vite({ root, logLevel: "silent", build: { outDir } });
	return serveFolder(outDir, api);
}

/** Without a Content Security Policy, and without a list of requests: the dev server puts its own scripts into the page. */
async function servedByVite(root: string): Promise<Site> {
	const server = await createServer({ root, logLevel: "silent", server: { host: "127.0.0.1", port: 0 } });
	await server.listen();
	return { url: String(server.resolvedUrls?.local[0]), requested: [], close: () => server.close() };
}

/** One script of a page, as its bundler made it. */
export interface Script {
	readonly code: string;
	/** Paths of the modules whose code is in it. */
	readonly modules: readonly string[];
}

/** What a page loads, and its worker, made by Vite with its defaults. */
export async function scriptsOf(root: string): Promise<{ page: readonly Script[]; worker: readonly Script[] }> {
	const scripts = { page: [] as Script[], worker: [] as Script[] };
	const collect = (into: Script[]): Plugin => ({
		name: "collect",
		generateBundle(_, bundle) {
			for (const output of Object.values(bundle)) {
				if (output.type !== "chunk") continue;
				const modules = Object.entries(output.modules).filter(([, { code }]) => code);
				into.push({ code: output.code, modules: modules.map(([id]) => id) });
			}
		},
	});
	const worker = { plugins: () => [collect(scripts.worker)] };
	await vite({ root, logLevel: "silent", build: { write: false }, plugins: [collect(scripts.page)], worker });
	return scripts;
}

export const bundlers: Readonly<Record<string, Bundler>> = {
	esbuild: (page, api) => bundledByEsbuild(page, api, "iife"),
	"esbuild as a module": (page, api) => bundledByEsbuild(page, api, "esm"),
	webpack: bundledByWebpack,
	"vite build": builtByVite,
	"vite's dev server": servedByVite,
};

/** @param name one of {@link bundlers} */
export async function buildSite(name: string, page: string, api: string): Promise<Site> {
	const bundler = bundlers[name];
	if (!bundler) throw new Error(`There is no bundler called ${name}`);
	return bundler(page, api);
}

/** These leave workers to configuration. */
export const withoutWorkers: readonly string[] = ["esbuild", "esbuild as a module"];
