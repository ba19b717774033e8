#!/usr/bin/env node
// Entry of every `npm run …` command: checks the Node version, installs what is missing, and runs the command.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { dev } from "./dev.mjs";
import {
	build,
	checkNode,
	fail,
	installTools,
	installWorkspace,
	manifest,
	must,
	root,
	run,
	stay,
	workspaceFolders,
} from "./workspace.mjs";

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
	must("tsc", ["--project", "."]);
	must("node", ["tools/checks/editor.mjs"]);
	must("turbo", ["run", "package-check", "--output-logs=errors-only", "--log-order=grouped"]);
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
	dev,
};

const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`Usage: node tools/run.mjs <${Object.keys(commands).join(" | ")}>`);
if (command.length === 0 && args.length > 0) fail(`npm run ${name} takes no arguments; there is ${args.join(" ")}.`);
checkNode();
installTools();
installWorkspace();
process.exit(await command(args));
