import { createRequire } from "node:module";
import { join } from "node:path";
import { defineConfig, type UserConfig } from "tsdown";

/**
 * The command in a few files without comments: a start is mostly the loading of modules. Names stay, for the traces of errors.
 * The modules are built by tsc.
 */
const bundle: UserConfig = {
	outDir: "dist/bundle",
	format: "esm",
	platform: "node",
	target: "node20.19",
	deps: { alwaysBundle: /.*/, neverBundle: ["libsql"], onlyBundle: false },
	minify: { compress: true, mangle: false, codegen: true },
	outputOptions: { entryFileNames: "[name].js", chunkFileNames: "[name].js" },
	dts: false,
	clean: false,
	tsconfig: "tsconfig.build.json",
	logLevel: "warn",
};

const coreCrypto = createRequire(import.meta.url).resolve("@sentc-ts/core-crypto");

export default defineConfig([
	{ ...bundle, entry: { cli: "dist/cli.js" } },
	// Is looked for beside the script that starts it.
	{ ...bundle, entry: { "node-worker": join(coreCrypto, "../worker/node-worker.js") } },
]);
