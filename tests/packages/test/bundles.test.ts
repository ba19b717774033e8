import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Script, scriptsOf } from "../src/bundlers.js";
import { createPage } from "../src/page.js";
import { createProject, type Project, type Tarball } from "../src/project.js";

let project: Project;
beforeAll(async () => {
	project = await createProject();
}, 180_000);
afterAll(() => project?.close());

const tarballOf = (name: string): Tarball => {
	const tarball = project.tarballs.find((candidate) => candidate.name === name);
	if (!tarball) throw new Error(`There is no ${name}`);
	return tarball;
};
const gzipped = (...texts: (string | Uint8Array)[]): number =>
	texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);

const ALLOWED_LICENCES = ["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD"];
const isBundle = (path: string): boolean => /^dist\/(node|bundle)\/.*\.js$|^dist\/sentc\.\w+\.js$/.test(path);

/** The packages of others whose code is in a bundle, by its source map. */
function packagesIn(bundle: string): string[] {
	if (!existsSync(`${bundle}.map`)) return [];
	const { sources } = JSON.parse(readFileSync(`${bundle}.map`, "utf8")) as { sources: string[] };
	return sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? []);
}

describe.each([
	["@sentc-ts/core-crypto", ["@noble/curves", "@noble/ciphers", "@noble/hashes", "comlink", "zod"]],
	["@sentc-ts/transport", ["ky", "zod"]],
	["@sentc-ts/sdk", ["@noble/curves", "comlink", "idb", "ky", "zod"]],
	["@sentc-ts/api-server", ["@hono/node-server", "comlink", "hono", "jose", "kysely", "otpauth", "zod"]],
])("the bundles of %s", (name, known) => {
	let bundles: string[];
	beforeAll(() => {
		const { folder, paths } = tarballOf(name);
		bundles = paths.filter(isBundle).map((path) => join(folder, path));
	});
	/** The list that the first line of the bundle names: package → licence. */
	const licencesBeside = (bundle: string): Map<string, string> => {
		const file = /^\/\*! .*: see (\S+) \*\/\n/.exec(readFileSync(bundle, "utf8"))?.[1] ?? "no list";
		const text = readFileSync(join(dirname(bundle), file), "utf8");
		return new Map(
			[...text.matchAll(/^(\S+) \d+\.\d+\.\d+: (\S+)\n\n(?=\S)/gm)].map(([, name = "", licence = ""]) => [
				name,
				licence,
			]),
		);
	};

	it("say where the licence of everything in them is", () => {
		const seen = new Set(bundles.flatMap(packagesIn));
		expect(known.filter((library) => !seen.has(library))).toEqual([]);
		for (const bundle of bundles) {
			const licences = licencesBeside(bundle);
			expect(packagesIn(bundle).filter((library) => !licences.has(library))).toEqual([]);
			expect(licences.get(name) ?? licences.get("@sentc-ts/core-crypto")).toBe("MIT");
		}
	});

	it("hold nothing under another licence than the allowed ones", () => {
		const licences = new Set(bundles.flatMap((bundle) => [...licencesBeside(bundle).values()]));
		expect([...licences].filter((licence) => !ALLOWED_LICENCES.includes(licence))).toEqual([]);
	});
});

// What gets smaller may lower its line; a line goes up for a reason only.
describe("bytes, gzipped", () => {
	// Of both scripts together at most 130 000.
	it.each([
		["@sentc-ts/sdk", "dist/sentc.min.js", 71_500],
		["@sentc-ts/sdk", "dist/sentc.worker.js", 58_000],
	])("of %s, %s has at most %d", (name, file, most) => {
		expect(gzipped(readFileSync(join(tarballOf(name).folder, file)))).toBeLessThanOrEqual(most);
	});

	it.each([
		["@sentc-ts/core-crypto", 90_000],
		["@sentc-ts/transport", 29_000],
		["@sentc-ts/sdk", 49_500],
	])("of %s, all that Node may load has at most %d", (name, most) => {
		const { folder, paths } = tarballOf(name);
		const files = paths.filter((path) => /^dist\/node\/.*\.js$/.test(path));
		expect(gzipped(...files.map((file) => readFileSync(join(folder, file))))).toBeLessThanOrEqual(most);
	});
});

describe("an app that registers, logs in and encrypts a text for a group, bundled by Vite", () => {
	const APP = `import Sentc from "@sentc-ts/sdk";
		export async function start(name, password, group, text) {
			await Sentc.register(name, password);
			const user = await Sentc.login(name, password, true);
			return (await user.getGroup(group)).encryptString(text);
		}
		document.addEventListener("click", () => start("ada", "correct horse battery staple", "group", "text"));`;
	const ours = /\/@sentc-ts\/(core-crypto|transport|sdk)\/dist\/(?!node\/|contract\/(forced|light)|limits\/)/;
	const allowed = [
		/^\0/,
		ours,
		/\/zod\/v4\/(core|mini)\//,
		/\/(comlink|ky|idb|@noble\/\w+)\//,
		/\/small-app\//,
		/^vite\//,
	];
	let scripts: { page: readonly Script[]; worker: readonly Script[] };
	beforeAll(async () => {
		scripts = await scriptsOf(await createPage(project, "small-app", APP));
	}, 60_000);

	it.each([
		["page", 114_000],
		["worker", 60_000],
	] as const)("its %s has at most %d bytes, gzipped", (where, most) => {
		const size = gzipped(...scripts[where].map(({ code }) => code));
		expect(size).toBeGreaterThan(10_000);
		expect(size).toBeLessThanOrEqual(most);
	});

	it("has no code of servers or of Node, and of zod the small one alone", () => {
		const modules = [...scripts.page, ...scripts.worker].flatMap((script) => script.modules);
		expect(modules.filter((id) => !allowed.some((pattern) => pattern.test(id)))).toEqual([]);
	});
});
