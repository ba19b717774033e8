// Checks the dependency rules of docs/architecture.md: which package may import which, which folder of a package may import
// which, no import cycles, nobody reaches into another package's sources, and no publishable package reaches the AGPL
// reference client.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const CORE = "@sentc-ts/core-crypto";
const allowed = {
	"packages/core-crypto": [],
	"packages/transport": [`${CORE}/wire`],
	"packages/sdk": [CORE, `${CORE}/wire`, "@sentc-ts/transport", "@sentc-ts/transport/contract"],
	"packages/server-helpers": [
		`${CORE}/wire`,
		"@sentc-ts/transport",
		"@sentc-ts/transport/contract",
		"@sentc-ts/transport/limits",
	],
	"packages/api-server": [
		CORE,
		`${CORE}/wire`,
		"@sentc-ts/transport",
		"@sentc-ts/transport/contract",
		"@sentc-ts/transport/limits",
	],
	"apps/group-notes": ["@sentc-ts/sdk", "@sentc-ts/server-helpers"],
	"apps/own-backend": [
		"@sentc-ts/sdk",
		"@sentc-ts/server-helpers",
		"@sentc-ts/api-server",
		"@sentc-ts/app-group-notes",
	],
};
/**
 * The layers of each package, from top to bottom: files and folders of `src` by name. Imports go down only, and what stands
 * in one row does not know each other.
 */
const layers = {
	"packages/core-crypto": [
		"index",
		"worker",
		"crypto",
		"operations",
		"content",
		"keys",
		"suites",
		"algorithms",
		"primitives",
		"ope",
		"aes argon2 lattice wire",
		"encoding",
		"errors",
	],
	"packages/transport": ["index", "refresh", "client", "envelope jwt", "errors", "contract deadline limits streams"],
	"packages/sdk": [
		"index",
		"sentc",
		"registration",
		"user",
		"group",
		"compatibility files",
		"signed-in-user",
		"content devices",
		"session",
		"keys public-keys",
		"answers",
		"crypto input storage",
		"errors",
		"file-errors key-errors session-errors types",
	],
	"packages/server-helpers": [
		"index",
		"node",
		"file-parts refresh-cookie",
		"answers backend browser jwt limit-by-address",
		"files forced-groups forced-light-groups forced-users groups users",
		"handler input part-store",
	],
	"packages/api-server": [
		"cli index",
		"listen",
		"api",
		"app",
		"routes",
		"http installation",
		"domain",
		"jobs",
		"config database",
		"cache files rate-limits vault waiting-limits",
		"root-key",
		"bytes errors failure ids lru",
	],
};
const problems = [];

const sourcesOf = (folder) =>
	readdirSync(join(root, folder, "src"), { recursive: true })
		.filter((name) => /\.tsx?$/.test(name))
		.map((name) => join(root, folder, "src", name));

/** Examples in comments import as users do. */
const codeOf = (file) => readFileSync(file, "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");

/** The file that is imported: `x.js` is made of `x.ts` or `x.tsx`. */
const sourceOf = (path) => {
	const stem = path.replace(/\.js$/, "");
	return existsSync(`${stem}.tsx`) ? `${stem}.tsx` : `${stem}.ts`;
};

const importsOf = (file) => [...codeOf(file).matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]);

for (const [folder, packages] of Object.entries(allowed)) {
	const graph = new Map();
	for (const file of sourcesOf(folder)) {
		const edges = [];
		for (const specifier of importsOf(file)) {
			const shown = `${relative(root, file)} imports ${specifier}`;
			if (specifier.startsWith(".")) {
				const target = sourceOf(resolve(dirname(file), specifier));
				if (relative(join(root, folder), target).startsWith("..")) problems.push(`${shown}: outside its package`);
				if (existsSync(target)) edges.push(target);
			} else if (specifier.startsWith("@sentc-ts/") && !packages.includes(specifier)) {
				problems.push(`${shown}: not allowed by the dependency rule`);
			} else if (specifier.startsWith("sentc_wasm")) {
				problems.push(`${shown}: only the private tests and the benchmark may run the reference client`);
			}
		}
		graph.set(file, edges);
	}
	if (folder in layers) checkLayers(folder, graph);
	for (const cycle of cyclesOf(graph))
		problems.push(`import cycle: ${cycle.map((file) => relative(root, file)).join(" → ")}`);
}

for (const folder of readdirSync(join(root, "packages")).map((name) => `packages/${name}`)) {
	const { dependencies, devDependencies, peerDependencies } = JSON.parse(
		readFileSync(join(root, folder, "package.json"), "utf8"),
	);
	const names = Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies });
	if (names.some((name) => /wasm/.test(name))) problems.push(`${folder}/package.json depends on WebAssembly`);
	if (!(folder in allowed)) problems.push(`${folder} has no line in the dependency rule`);
}

function checkLayers(folder, graph) {
	const src = join(root, folder, "src");
	const nameOf = (file) =>
		relative(src, file)
			.split(sep)[0]
			.replace(/\.tsx?$/, "");
	const rows = layers[folder].map((row) => row.split(" "));
	const rowOf = new Map(rows.flatMap((names, row) => names.map((name) => [name, row])));
	for (const [file, targets] of graph) {
		const name = nameOf(file);
		if (!rowOf.has(name)) problems.push(`${relative(root, file)}: ${name} stands in no layer of ${folder}`);
		for (const target of targets) {
			const other = nameOf(target);
			if (other === name || rowOf.get(name) < rowOf.get(other)) continue;
			problems.push(`${relative(root, file)} imports ${relative(src, target)}, but ${other} is not below ${name}`);
		}
	}
	const names = new Set([...graph.keys()].map(nameOf));
	for (const name of rowOf.keys()) if (!names.has(name)) problems.push(`${folder}/src has no ${name}`);
}

function cyclesOf(graph) {
	const done = new Set();
	const cycles = [];
	const visit = (file, path) => {
		if (path.includes(file)) {
			cycles.push([...path.slice(path.indexOf(file)), file]);
			return;
		}
		if (done.has(file)) return;
		for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
		done.add(file);
	};
	for (const file of graph.keys()) visit(file, []);
	return cycles;
}

if (problems.length > 0) {
	console.error(problems.join("\n"));
	process.exit(1);
}
console.log("dependencies: the rule holds, no cycles");
