import { existsSync, readFileSync } from "node:fs";
import { inRepository, run } from "./processes.js";

/** A version of Node. */
export interface Runtime {
	readonly version: string;
	/** Of its program. */
	readonly path: string;
}

const FOLDER = inRepository("tests/runtimes/nodes");
const { optionalDependencies } = JSON.parse(readFileSync(`${FOLDER}/package.json`, "utf8")) as {
	optionalDependencies: Record<string, string>;
};
const WANTED = Object.entries(optionalDependencies).map(([name, alias]) => ({
	name,
	version: alias.split("@")[1] ?? "",
}));

/**
 * Those that the registry has for this platform. They are no part of the workspace, whose scripts would run on the program `node`
 * among its dependencies, and are fetched (100 MB) when they are first asked for.
 *
 * @throws Error when they cannot be installed
 */
export async function installNodes(): Promise<readonly Runtime[]> {
	const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
	if (process.platform !== "linux" || process.arch !== "x64" || header.glibcVersionRuntime === undefined) {
		console.log("Other versions of Node are tested on Linux with glibc on x64 only.");
		return [];
	}
	if (!WANTED.every(isInstalled)) await run("npm", ["ci", "--loglevel=error"], FOLDER);
	const missing = WANTED.find((node) => !isInstalled(node));
	if (missing !== undefined) throw new Error(`Node ${missing.version} could not be installed below ${FOLDER}.`);
	return WANTED.map(({ name, version }) => ({ version, path: `${FOLDER}/node_modules/${name}/bin/node` }));
}

function isInstalled({ name, version }: { name: string; version: string }): boolean {
	const manifest = `${FOLDER}/node_modules/${name}/package.json`;
	return existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version === version;
}
