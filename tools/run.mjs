#!/usr/bin/env node
// Entry of every `npm run …` command. It depends on nothing but Node and npm, so that a bare machine can start here:
// it checks the Node version, installs the exact pnpm below `tools/`, installs the workspace, and hands over to turbo.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, "tools");
const windows = process.platform === "win32";

const env = {
	...process.env,
	PATH: [join(tools, "node_modules", ".bin"), join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
	TURBO_TELEMETRY_DISABLED: "1",
	DO_NOT_TRACK: "1",
};

/** Runs a command in the repository; answers its exit code. */
function run(command, args, options = {}) {
	const result = spawnSync(command, args, { cwd: root, env, stdio: "inherit", shell: windows, ...options });
	if (result.error) fail(`${command} could not be started: ${result.error.message}`);
	return result.status ?? 1;
}

/** Runs a command that may stay up; a signal sent to this process reaches it. Answers its exit code. */
function stay(command, args) {
	const child = spawn(command, args, { cwd: root, env, stdio: "inherit" });
	for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
	return new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
}

function must(command, args, options) {
	const code = run(command, args, options);
	if (code !== 0) process.exit(code);
}

function fail(sentence) {
	console.error(sentence);
	process.exit(1);
}

function checkNode() {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
	if (!fits) fail(`sentc-ts needs Node ^20.19.0 or >=22.12.0; this is ${process.versions.node}.`);
}

function workspaceFolders() {
	const parents = ["packages", "apps", "tests"].flatMap((parent) =>
		existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => join(parent, name)) : [],
	);
	return [...parents, "bench"].filter((folder) => existsSync(join(root, folder, "package.json")));
}

const manifest = (folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));

function installTools() {
	const wanted = manifest("tools").dependencies.pnpm;
	const installed = join(tools, "node_modules", "pnpm", "package.json");
	if (existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === wanted) return;
	console.log(`Installing pnpm ${wanted} below tools/ …`);
	must("npm", ["ci", "--loglevel=error"], { cwd: tools });
}

/** `pnpm install`, skipped while nothing it reads has changed: a second start needs no network. */
function installWorkspace() {
	const hash = createHash("sha256");
	const files = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"];
	for (const file of [...files, ...workspaceFolders().map((folder) => join(folder, "package.json"))]) {
		hash.update(file).update(readFileSync(join(root, file)));
	}
	const stamp = hash.digest("hex");
	const stampFile = join(root, "node_modules", ".sentc-installed");
	if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
	console.log("Installing the workspace …");
	must("pnpm", ["install", "--frozen-lockfile", "--reporter=append-only", "--loglevel=warn"]);
	writeFileSync(stampFile, stamp);
}

function build() {
	must("turbo", ["run", "build", "--output-logs=errors-only", "--log-order=grouped"]);
}

/**
 * Runs one test script of every package that has it and sums what the runners wrote; a package that wrote nothing counts as one failure.
 */
function test(script) {
	const tested = workspaceFolders().filter((folder) => manifest(folder).scripts?.[script]);
	const reports = new Map(tested.map((folder) => [folder, join(root, folder, "test-results.json")]));
	for (const report of reports.values()) rmSync(report, { force: true });
	run("turbo", ["run", script, "--continue", "--concurrency=1", "--log-order=stream"]);

	let passed = 0;
	let failed = 0;
	for (const [folder, report] of reports) {
		const counts = existsSync(report) ? countTests(report) : { passed: 0, failed: 1 };
		console.log(`${folder}: ${counts.passed} passed, ${counts.failed} failed`);
		passed += counts.passed;
		failed += counts.failed;
	}
	console.log(`${passed} passed, ${failed} failed`);
	return failed === 0 && passed > 0 ? 0 : 1;
}

function countTests(report) {
	const { numPassedTests, numTotalTests, testResults, success } = JSON.parse(readFileSync(report, "utf8"));
	const brokenFiles = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
	const failed = numTotalTests - numPassedTests + brokenFiles.length;
	return { passed: numPassedTests, failed: failed === 0 && (!success || numPassedTests === 0) ? 1 : failed };
}

function verify() {
	must("biome", ["ci", "--error-on-warnings", "--colors=off", "."]);
	must("node", ["tools/checks/dependencies.mjs"]);
	must("node", ["tools/checks/repository.mjs"]);
	must("turbo", ["run", "typecheck", "package-check", "--output-logs=errors-only", "--log-order=grouped"]);
	must("knip", []);
	must("node", ["tools/checks/capabilities.mjs"]);
	must("node", ["tools/checks/release.mjs"]);
	console.log("verify: everything fits");
	return 0;
}

const commands = {
	start: (args) => {
		build();
		return stay(process.execPath, ["apps/own-backend/dist/start.js", ...args]);
	},
	test: () => {
		build();
		console.log("Browser tests are separate: npm run test:browser");
		return test("test");
	},
	"test:browser": () => {
		build();
		return test("test:browser");
	},
	verify: () => {
		build();
		return verify();
	},
	soak: () => {
		build();
		return test("soak");
	},
	bench: (args) => {
		build();
		return run(process.execPath, ["bench/dist/index.js", ...args], { shell: false });
	},
	dev: () => {
		build();
		return stay("turbo", ["run", "dev"]);
	},
};

const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`Usage: node tools/run.mjs <${Object.keys(commands).join(" | ")}>`);
checkNode();
installTools();
installWorkspace();
process.exit(await command(args));
