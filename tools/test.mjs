// The test commands. Each runs a script of every package that has it, through turbo, and sums what the runners wrote.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, relative } from "node:path";
import { build, fail, manifest, root, run, workspaceFolders } from "./workspace.mjs";

/** How much is done by `SENTC_TESTS`, and which scripts do it: those of one step run beside each other. */
const TIERS = {
	quick: { steps: [["test"]], slowest: 5 },
	full: { steps: [["test", "test:full"], ["test:browser"]], slowest: 20 },
	browser: { steps: [["test:browser"]], slowest: 5 },
	soak: { steps: [["soak"]], slowest: 5 },
};

/** Of the random tests, unless `SENTC_SEED` says another: the same numbers in every run, new ones in each soak. */
const FIXED_SEED = 1;

/**
 * @param tier name of one of the tiers
 * @param args nothing, or the name of a package and parts of the names of its test files
 * @returns the exit code
 */
export function test(tier, [name, ...filters] = []) {
	const seed = process.env.SENTC_SEED || String(tier === "soak" ? Math.floor(Math.random() * 2 ** 31) : FIXED_SEED);
	const env = { SENTC_TESTS: tier === "browser" ? "full" : tier, SENTC_SEED: seed };
	const { steps, slowest } = TIERS[tier];
	const folders = name === undefined ? workspaceFolders() : [folderOf(name)];
	const runs = steps
		.map((scripts) => scripts.flatMap((script) => tested(folders, script)))
		.filter((step) => step.length > 0);
	if (runs.length === 0)
		fail(`${folders[0]} has no tests for this command: see npm test, test:full, test:browser, soak.`);

	build(name === undefined ? [] : [`--filter=./${folders[0]}...`, "--filter=@sentc-ts/test-world^..."]);
	console.log(`Random tests use the seed ${seed}; SENTC_SEED=${seed} repeats them.`);
	if (tier === "quick" && name === undefined)
		console.log("Longer: npm run test:full (every test), npm run test:browser, npm run soak.");
	for (const { report } of runs.flat()) rmSync(report, { force: true });
	for (const step of runs) name === undefined ? runAll(step, env) : runSome(step, filters, env);
	return sum(runs.flat(), slowest);
}

/** One script of one package, and the file to which it reports. */
function tested(folders, script) {
	return folders
		.filter((folder) => manifest(folder).scripts?.[script])
		.map((folder) => ({
			folder,
			script,
			report: join(root, folder, "test-results", `${script.replace(":", "-")}.json`),
		}));
}

function folderOf(name) {
	const folders = workspaceFolders();
	const found = folders.filter((folder) => basename(folder) === name);
	const [folder] = found.length > 0 ? found : folders.filter((folder) => basename(folder).startsWith(name));
	return folder ?? fail(`There is no package ${name}: ${folders.map((folder) => basename(folder)).join(", ")}.`);
}

/** Runs the packages beside each other, as many as there are cores; each of them runs its files one after the other. */
function runAll(step, env) {
	const scripts = [...new Set(step.map(({ script }) => script))];
	run("turbo", ["run", ...scripts, "--continue", `--concurrency=${availableParallelism()}`, "--log-order=stream"], {
		env,
	});
}

function runSome(step, filters, env) {
	for (const { folder, script } of step) run("pnpm", ["--dir", folder, "run", script, ...filters], { env });
}

/** A package that wrote nothing counts as one failure. */
function sum(runs, slowest) {
	const totals = { passed: 0, failed: 0 };
	const files = [];
	for (const { folder, script, report } of runs) {
		const { passed, failed, times } = existsSync(report) ? read(report) : { passed: 0, failed: 1, times: [] };
		console.log(`${folder} ${script}: ${passed} passed, ${failed} failed`);
		totals.passed += passed;
		totals.failed += failed;
		files.push(...times);
	}
	const slow = files.toSorted((a, b) => b.seconds - a.seconds).slice(0, slowest);
	if (runs.length > 1)
		console.log(
			`The slowest files:\n${slow.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}`).join("\n")}`,
		);
	console.log(`${totals.passed} passed, ${totals.failed} failed`);
	return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

function read(report) {
	const { numPassedTests, numTotalTests, testResults, success } = JSON.parse(readFileSync(report, "utf8"));
	const brokenFiles = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
	const failed = numTotalTests - numPassedTests + brokenFiles.length;
	return {
		passed: numPassedTests,
		failed: failed === 0 && (!success || numPassedTests === 0) ? 1 : failed,
		times: testResults.map(({ name, startTime, endTime }) => ({
			file: relative(root, name),
			seconds: (endTime - startTime) / 1000,
		})),
	};
}
