import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { OutputOptions, Plugin, RolldownOptions } from "rolldown";
import { libraryForNode, mapsOfModules, notices } from "../../rolldown.base.js";

// What Node loads, and the two scripts for pages without a bundler.

const coreCrypto = join(createRequire(import.meta.url).resolve("@sentc-ts/core-crypto"), "../..");
const { operationNames } = await import(pathToFileURL(join(coreCrypto, "operations/index.js")).href);

/** The cryptography is in the worker's script alone. */
const elsewhere = new Map([
	[join(coreCrypto, "crypto.js"), 'export * from "./worker/classic-script.js";'],
	[join(coreCrypto, "primitives/noble.js"), 'export * from "../worker/classic-script.js";'],
	[join(coreCrypto, "operations/index.js"), `export const operationNames = ${JSON.stringify(operationNames)};`],
]);
const withoutCryptography: Plugin = { name: "without-cryptography", load: (id) => elsewhere.get(id) };

/** A classic script has no `import.meta`: its own address tells where the worker is. */
const workerBesideScript: Plugin = {
	name: "worker-beside-script",
	transform(code) {
		const byScript = code.replace(
			'new URL("./web-worker.js", import.meta.url)',
			'new URL("./sentc.worker.js", scriptUrl)',
		);
		// The lines stay where they are.
		return byScript === code ? undefined : { code: byScript, map: null };
	},
};

/** The build ends when something else gets in, such as code of servers, all of zod, or cryptography into the page's script. */
const only = (allowed: readonly RegExp[]): Plugin => ({
	name: "only",
	generateBundle(_, bundle) {
		const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
		for (const { modules, fileName } of chunks) {
			for (const [id, { code }] of Object.entries(modules)) {
				if (code && !allowed.some((pattern) => pattern.test(id))) this.error(`${id} must not be in ${fileName}`);
			}
		}
	},
});
const everywhere = [/^\0/, /\/core-crypto\/dist\//, /\/zod\/v4\/(core|mini)\//, /\/comlink\//];
const ofThePage = [/\/sdk\/dist\//, /\/transport\/dist\/(?!contract\/(forced|light))/, /\/node_modules\/(ky|idb)\//];
const ofTheWorker = [/\/@noble\//];

function script(input: string, output: OutputOptions & { file: string }, plugins: Plugin[]): RolldownOptions {
	return {
		input,
		platform: "browser",
		tsconfig: false,
		transform: { target: "es2022" },
		plugins: [...plugins, mapsOfModules, notices(`${basename(output.file)}.LICENSE.txt`)],
		output: { format: "iife", exports: "named", minify: true, comments: false, sourcemap: "hidden", ...output },
	};
}

export default [
	libraryForNode(),
	script(
		"dist/index.js",
		{
			file: "dist/sentc.min.js",
			name: "Sentc",
			intro: "const scriptUrl = globalThis.document?.currentScript?.src;",
		},
		[withoutCryptography, workerBesideScript, only([...everywhere, ...ofThePage])],
	),
	script(join(coreCrypto, "worker/web-worker.js"), { file: "dist/sentc.worker.js", name: "SentcWorker" }, [
		only([...everywhere, ...ofTheWorker]),
	]),
];
