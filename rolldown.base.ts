import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { OutputBundle, OutputOptions, Plugin, RolldownOptions } from "rolldown";

// What the bundles of all packages share. They are made of the modules that tsc has built.

/** The condition by which packages name these modules, also where there is a bundle of them. */
export const UNBUNDLED = "sentc-unbundled";

const ALLOWED_LICENCES = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD"];

interface Manifest {
	readonly name: string;
	readonly version: string;
	readonly license?: string;
	readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** For Node, in few files without comments: a start is mostly the loading of modules. Names stay, for the traces of errors. */
export function forNode(options: RolldownOptions & { output: OutputOptions & { dir: string } }): RolldownOptions {
	return {
		platform: "node",
		tsconfig: false,
		...options,
		plugins: [mapsOfModules, options.plugins, notices("THIRD-PARTY-NOTICES.txt")],
		output: {
			entryFileNames: "[name].js",
			chunkFileNames: "[name].js",
			minify: { compress: true, mangle: false, codegen: true },
			sourcemap: true,
			cleanDir: true,
			...options.output,
		},
	};
}

/**
 * What `import` of this package loads in Node: its modules and the libraries they use, but not the other packages, whose classes
 * have to be the same for everybody.
 *
 * @param more entries that no export names
 */
export function libraryForNode(more: Readonly<Record<string, string>> = {}): RolldownOptions {
	const entries = Object.values(readManifest(".").exports).flatMap((target) =>
		typeof target === "object" && target["node"] && target["default"]
			? [[target["node"].replace(/^\.\/dist\/node\/|\.js$/g, ""), target["default"]]]
			: [],
	);
	return forNode({
		input: { ...Object.fromEntries(entries), ...more },
		external: /^@sentc-ts\//,
		output: { dir: "dist/node" },
	});
}

/** The source maps of tsc, so that those of bundles lead to TypeScript. */
export const mapsOfModules: Plugin = {
	name: "maps-of-modules",
	load(id) {
		if (!existsSync(`${id}.map`)) return undefined;
		return { code: readFileSync(id, "utf8"), map: readFileSync(`${id}.map`, "utf8") };
	},
};

/**
 * Writes the licences of all that is in a bundle beside it, and says so in its first line. The build ends for a licence that is not
 * among the allowed ones.
 *
 * @param fileName of the list
 */
export function notices(fileName: string): Plugin {
	return {
		name: "notices",
		outputOptions: (output) => ({ ...output, postBanner: `/*! sentc-ts and what it uses: see ${fileName} */` }),
		generateBundle(_, bundle) {
			const texts = packagesIn(bundle).map((folder) => {
				const { name, version, license = "" } = readManifest(folder);
				const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
				if (!ALLOWED_LICENCES.includes(license))
					this.error(`${name} must not be in a bundle: its licence is ${license}`);
				if (!file) return this.error(`${name} must not be in a bundle: it has no text of its licence`);
				return `${name} ${version}: ${license}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
			});
			const source = texts.sort().join(`\n${"-".repeat(80)}\n\n`);
			this.emitFile({ type: "asset", fileName, source });
		},
	};
}

/** The folders of the packages whose code is in the bundle. */
function packagesIn(bundle: OutputBundle): string[] {
	const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
	const modules = chunks.flatMap(({ modules: all }) =>
		Object.entries(all).filter(([id, { code }]) => code && !/^\0/.test(id)),
	);
	return [...new Set(modules.map(([id]) => packageOf(id)))];
}

/** Folders in a package may have a `package.json` without a name. */
function packageOf(file: string): string {
	for (let folder = dirname(file); ; folder = dirname(folder)) {
		if (existsSync(join(folder, "package.json")) && readManifest(folder).version) return folder;
	}
}
