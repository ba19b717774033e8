import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { tier } from "@sentc-ts/test-world";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, type Project, type Tarball, typeCheck } from "../src/project.js";
import { type Servers, startServers } from "../src/servers.js";
import { modules, publicPackages, readmeExample } from "../src/workspace.js";

let project: Project;
let servers: Servers;

beforeAll(async () => {
	project = await createProject();
	servers = await startServers(project);
}, 180_000);
afterAll(async () => {
	await servers?.close();
	await project?.close();
});

describe("the README's example", () => {
	it("runs in Node, decrypts what it encrypted, and ends by itself", async () => {
		const { outputText } = ts.transpileModule(readmeExample(), {
			compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
		});
		const code = outputText
			.replaceAll("http://127.0.0.1:3002", servers.api)
			.replaceAll("http://127.0.0.1:3000", servers.backend);
		expect(await project.run("readme.js", code)).toEqual({
			stdout: "Only the members can read this.\n",
			stderr: "",
		});
	});
});

describe("types, with the declarations of every dependency checked", () => {
	const bundler = ["--module", "preserve", "--moduleResolution", "bundler"];
	const nodenext = ["--module", "nodenext", "--moduleResolution", "nodenext"];
	/** What `"moduleResolution": "node"` meant before exports of packages; TypeScript 6 wants to be told that one knows. */
	const node10 = ["--module", "esnext", "--moduleResolution", "node10", "--ignoreDeprecations", "6.0"];

	it("fit an app, resolved like a bundler does", async () => {
		expect(await typeCheck(project, "app.ts", bundler)).toBe("");
	});
	it("fit a backend, resolved like Node does", async () => {
		expect(await typeCheck(project, "backend.ts", [...nodenext, "--types", "node"])).toBe("");
	});
	if (tier === "quick") return;
	it("fit an app, resolved like Node does", async () => {
		expect(await typeCheck(project, "app.ts", nodenext)).toBe("");
	});
	it("fit a backend, resolved like a bundler does", async () => {
		expect(await typeCheck(project, "backend.ts", [...bundler, "--types", "node"])).toBe("");
	});
	it("fit both, and are there for every export, resolved like in older projects", async () => {
		const imports = modules.map((module, index) => `import * as module${index} from ${JSON.stringify(module)};`);
		const unknowns = modules.map((_, index) => `// @ts-expect-error: it is typed\nmodule${index}.isNotThere;`);
		const code = ['import "./app";', 'import "./backend";', ...imports, ...unknowns].join("\n");
		await writeFile(join(project.folder, "older.ts"), code);
		expect(await typeCheck(project, "older.ts", [...node10, "--types", "node"])).toBe("");
	});
});

describe.each(modules)("importing %s in Node", (module) => {
	let result: { added: string[]; resources: string[] };
	let output: { stdout: string; stderr: string };

	beforeAll(async () => {
		output = await project.run(
			"import.js",
			`const before = Object.getOwnPropertyNames(globalThis);
			const missing = ["window", "Worker", "indexedDB"].filter((name) => name in globalThis);
			if (missing.length > 0) throw new Error("Node has " + missing);
			const opened = [process.stdout, process.stderr, Request]; // Node opens its own pipes for these
			const resources = process.getActiveResourcesInfo();
			await import(${JSON.stringify(module)});
			const result = {
				added: Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name)),
				resources: process.getActiveResourcesInfo().slice(resources.length),
			};
			process.stdout.write(JSON.stringify(result));`,
		);
		result = JSON.parse(output.stdout);
	});

	it("adds no global, but the two of the schema library", () => {
		expect(result.added.filter((name) => !name.startsWith("__zod_"))).toEqual([]);
	});
	it("leaves nothing open", () => expect(result.resources).toEqual([]));
	it("prints nothing", () => expect(output.stderr).toBe(""));
});

it("every module works by require, too", async () => {
	const code = `process.stdout.write(JSON.stringify(${JSON.stringify(modules)}.filter((name) => Object.keys(require(name)).length === 0)));`;
	expect((await project.run("require.cjs", code)).stdout).toBe("[]");
});

describe.each(publicPackages.map(({ manifest }) => manifest.name))("the tarball of %s", (name) => {
	let tarball: Tarball;
	beforeAll(() => {
		tarball = project.tarballs.find((candidate) => candidate.name === name) as Tarball;
	});
	const contents = (ending: string): string[] =>
		tarball.paths
			.filter((path) => path.endsWith(ending))
			.map((path) => readFileSync(join(tarball.folder, path), "utf8"));

	it("has a README and the licence", () => {
		expect(["README.md", "LICENSE"].filter((path) => !tarball.paths.includes(path))).toEqual([]);
	});
	it("has everything its exports name, with declarations", () => {
		const targets = Object.values(tarball.manifest.exports).flatMap((target) =>
			typeof target === "string" ? target : Object.values(target),
		);
		expect(targets.filter((target) => !tarball.paths.includes(target.slice(2)))).toEqual([]);
	});
	it("has only its own build", () => {
		expect(tarball.paths.filter((path) => !/^(dist|bin)\/|^(README\.md|LICENSE|package\.json)$/.test(path))).toEqual(
			[],
		);
	});
	it("has no WebAssembly", () => expect(tarball.paths.filter((path) => path.endsWith(".wasm"))).toEqual([]));
	it("doesn't reach the reference client", () => {
		expect([...contents(".js"), ...contents("package.json")].filter((text) => text.includes("sentc_wasm"))).toEqual([]);
	});
	it("depends on published versions", () => {
		expect(Object.values(tarball.manifest.dependencies ?? {}).filter((range) => !/^\d/.test(range))).toEqual([]);
	});
});

describe("the installed project", () => {
	it("has no WebAssembly in any dependency", async () => {
		const files = await readdir(join(project.folder, "node_modules"), { recursive: true });
		expect(files.filter((file) => file.endsWith(".wasm"))).toEqual([]);
	});

	it("starts the API by its command, and ends it by a signal", async () => {
		const args = ["serve", "--port", "0", "--database", ":memory:"];
		const api = spawn("node_modules/.bin/sentc-api", args, { cwd: project.folder });
		try {
			const signal = AbortSignal.timeout(30_000);
			const [line] = await once(createInterface(api.stdout), "line", { signal });
			expect(JSON.parse(line).url).toMatch(/^http:/);
			api.kill("SIGTERM");
			expect(await once(api, "exit", { signal })).toEqual([0, null]);
		} finally {
			api.kill("SIGKILL");
		}
	});
});
