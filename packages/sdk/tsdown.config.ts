import { createRequire } from "node:module";
import { join } from "node:path";
import { defineConfig, type UserConfig } from "tsdown";

/** Everything in one file, for pages without a bundler. The modules are built by tsc. */
const script: UserConfig = {
	format: "iife",
	platform: "browser",
	target: "es2022",
	deps: { alwaysBundle: /.*/, onlyBundle: false },
	minify: true,
	dts: false,
	clean: false,
	tsconfig: "tsconfig.build.json",
	logLevel: "warn",
};

/** A classic script has no `import.meta`: its own address tells where the worker is. */
const workerBesideScript = {
	name: "worker-beside-script",
	transform: (code: string) =>
		code.replace('new URL("./web-worker.js", import.meta.url)', 'new URL("./sentc.worker.js", scriptUrl)'),
};

const coreCrypto = createRequire(import.meta.url).resolve("@sentc-ts/core-crypto");
const webWorker = join(coreCrypto, "../worker/web-worker.js");

export default defineConfig([
	{
		...script,
		entry: { sentc: "src/index.ts" },
		globalName: "Sentc",
		plugins: [workerBesideScript],
		outputOptions: {
			entryFileNames: "[name].min.js",
			exports: "named",
			intro: "const scriptUrl = globalThis.document?.currentScript?.src;",
		},
	},
	{
		...script,
		entry: { "sentc.worker": webWorker },
		outputOptions: { entryFileNames: "[name].js" },
	},
]);
