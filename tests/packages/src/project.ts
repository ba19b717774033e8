import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Manifest, type PublicPackage, publicPackages, readManifest } from "./workspace.js";

const exec = promisify(execFile);
const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));

/** A package as it would be published, packed and unpacked. */
export interface Tarball {
	readonly name: string;
	readonly file: string;
	/** Where it is unpacked. */
	readonly folder: string;
	readonly manifest: Manifest;
	/** Paths inside it. */
	readonly paths: readonly string[];
}

/** A project of somebody who uses the packages: outside the workspace, installed by npm from the tarballs. */
export interface Project {
	readonly folder: string;
	readonly tarballs: readonly Tarball[];
	/** Runs a module in Node. */
	run(name: string, code: string): Promise<{ stdout: string; stderr: string }>;
	/** Imports an installed module into this process. */
	load<T>(module: string): Promise<T>;
	close(): Promise<void>;
}

export async function createProject(): Promise<Project> {
	const root = await mkdtemp(join(tmpdir(), "sentc-packages-"));
	const folder = join(root, "project");
	await cp(fixtures, folder, { recursive: true });
	const tarballs = await Promise.all(publicPackages.map((source) => pack(source, root)));
	const { resolve } = createRequire(join(folder, "package.json"));
	await install(folder, tarballs);
	return {
		folder,
		tarballs,
		run: async (name, code) => {
			await writeFile(join(folder, name), code);
			return exec(process.execPath, [name], { cwd: folder, env: plainEnvironment(), timeout: 30_000 });
		},
		load: (module) => import(/* @vite-ignore */ pathToFileURL(resolve(module)).href),
		close: () => rm(root, { recursive: true, force: true }),
	};
}

async function pack({ folder: source, manifest: { name } }: PublicPackage, root: string): Promise<Tarball> {
	const folder = join(root, "unpacked", name);
	const file = `${folder}.tgz`;
	await mkdir(folder, { recursive: true });
	await exec("pnpm", ["pack", "--out", file], { cwd: source });
	await exec("tar", ["-xzf", file, "--strip-components=1", "-C", folder]);
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	return {
		name,
		file,
		folder,
		manifest: readManifest(join(folder, "package.json")),
		paths: paths.map((path) => path.slice(folder.length + 1)),
	};
}

/** The tarballs find each other because all of them are installed; the rest comes from the registry. */
async function install(folder: string, tarballs: readonly Tarball[]): Promise<void> {
	const dependencies = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
	const manifest = { private: true, type: "module", dependencies, devDependencies: { "@types/node": "^20.19.0" } };
	await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
	const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
	await exec("npm", ["install", ...flags], { cwd: folder, env: plainEnvironment() });
}

/** This process's environment without what the package manager and the test runner put there. */
function plainEnvironment(): NodeJS.ProcessEnv {
	const added = /^(npm_|pnpm_|vitest|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$)/i;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !added.test(name)));
}

/** Type-checks one file of the project as a strict app would. Answers the compiler's messages. */
export async function typeCheck(project: Project, file: string, flags: readonly string[]): Promise<string> {
	const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
	const strict = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2022", "--ignoreConfig"];
	return exec(process.execPath, [tsc, ...strict, ...flags, file], { cwd: project.folder }).then(
		() => "",
		(error: { stdout: string }) => error.stdout,
	);
}
