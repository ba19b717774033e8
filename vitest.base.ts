import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, mergeConfig } from "vitest/config";
import { UNBUNDLED } from "./rolldown.base.js";

const world = (file: string): string => fileURLToPath(new URL(`tests/world/src/${file}`, import.meta.url));

const { name } = JSON.parse(readFileSync("package.json", "utf8")) as { name: string };

/** The test world uses the sources of the package whose tests run, as these tests do. */
const ownSources =
	basename(dirname(process.cwd())) === "packages"
		? [{ find: new RegExp(`^${name}$`), replacement: join(process.cwd(), "src/index.ts") }]
		: [];

/** Of the script that runs, so that each of a package has a report of its own. */
const report = (process.env["npm_lifecycle_event"] ?? "test").replace(":", "-");

/** How long a test or a hook may take, ms. What random tests repeat in a soak takes as long as it takes. */
const patience = process.env["SENTC_TESTS"] === "soak" ? 3 * 60 * 60_000 : 60_000;

/** For the tests of all packages. */
const base = defineConfig({
	resolve: {
		alias: [
			{ find: /^@sentc-ts\/test-world$/, replacement: world("index.ts") },
			{ find: /^@sentc-ts\/test-world\/(.*)$/, replacement: world("$1.ts") },
			...ownSources,
		],
	},
	// In bundles nothing can be replaced by an alias.
	ssr: { resolve: { conditions: [UNBUNDLED, "module", "node", "development|production"] } },
	test: {
		include: ["test/**/*.test.ts"],
		setupFiles: [world("setup.ts")],
		// `npm test` runs packages beside each other.
		maxWorkers: 1,
		reporters: ["default", ["json", { outputFile: `test-results/${report}.json` }]],
		testTimeout: patience,
		hookTimeout: patience,
	},
});
export default base;

const ONE_PROCESS = { test: { isolate: false } };

/** For many files: they run in one process, which loads everything once. */
export const inOneProcess = mergeConfig(base, ONE_PROCESS);

/** For tests with users: but for soaks, the same password is derived once. core-crypto, browsers and processes derive each. */
export const withUsers = mergeConfig(base, {
	resolve: {
		alias:
			process.env["SENTC_TESTS"] !== "soak"
				? [{ find: /^#default-primitives$/, replacement: world("remembered-argon2.ts") }]
				: [],
	},
});
export const withManyUsers = mergeConfig(withUsers, ONE_PROCESS);
