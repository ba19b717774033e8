import { defineConfig } from "tsdown";

/** The classic script: one file that makes `window.Sentc`, with everything in it. The modules are built by tsc. */
export default defineConfig({
	entry: { sentc: "src/index.ts" },
	format: "iife",
	globalName: "Sentc",
	platform: "browser",
	target: "es2022",
	deps: { alwaysBundle: /.*/, onlyBundle: false },
	minify: true,
	dts: false,
	clean: false,
	logLevel: "warn",
	outputOptions: { entryFileNames: "[name].min.js", exports: "named" },
});
