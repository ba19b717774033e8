import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { installNodes, type Runtime } from "../src/nodes.js";
import { inRepository, run } from "../src/processes.js";

const others = await installNodes();
const current = { version: process.versions.node, path: process.execPath };

/** Whether Node has a SQLite that the API uses. */
function hasSqlite(version: string): boolean {
	const [major = 0, minor = 0] = version.split(".").map(Number);
	return major > 22 || (major === 22 && minor >= 16);
}

/** Runs test files of a package on another Node, in one process; answers how many tests passed. */
async function passedTests({ version, path }: Runtime, folder: string, files: readonly string[]): Promise<number> {
	const name = `node-${version}`;
	const args = [inRepository("node_modules/vitest/vitest.mjs"), "run", ...files, "--no-isolate"];
	await run(path, args, inRepository(folder), { SENTC_TESTS: "quick", npm_lifecycle_event: name });
	return JSON.parse(readFileSync(inRepository(`${folder}/test-results/${name}.json`), "utf8")).numPassedTests;
}

describe.each([current, ...others])("on Node $version", ({ version, path }) => {
	it("the command serves the API without a word, and the SDK logs in and makes a group", async () => {
		const args = ["src/smoke.mjs", inRepository("packages/api-server/bin/sentc-api.js")];
		const { stdout, stderr } = await run(path, args, inRepository("tests/runtimes"));
		expect(stderr).toBe("");
		const libsql = process.platform === "linux" && !hasSqlite(version);
		expect(JSON.parse(stdout)).toEqual({ text: "a note", libsql });
	});
});

describe.each(others)("on Node $version", (node) => {
	it("all vectors of core-crypto hold", async () => {
		expect(await passedTests(node, "packages/core-crypto", ["vectors/"])).toBeGreaterThan(1000);
	});

	it("the journey of the seed page is walked", async () => {
		const { stdout } = await run(node.path, ["dist/start.js", "--once"], inRepository("apps/own-backend"));
		expect(stdout).toContain("The journey took");
	});
});

describe.each(others.slice(-1))("on Node $version, with the SQLite inside", (node) => {
	const files = ["at-rest", "close", "empty-log", "migrat"].map((name) => `persistence/${name}`);
	it("the database is what it is with libsql", async () => {
		expect(await passedTests(node, "packages/api-server", [...files, "hostile/robustness"])).toBeGreaterThan(50);
	});
});
