// The test commands. Each runs scripts of every package that has them, and sums what the runners wrote.
import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { build, fail, manifest, root, run, runBeside, workspaceFolders } from "./workspace.mjs";

/** How much is done by `SENTC_TESTS`, and which scripts do it. */
const TIERS = {
	quick: { scripts: ["test"], slowest: 5 },
	full: { scripts: ["test", "test:full", "test:browser"], slowest: 20 },
	browser: { scripts: ["test:browser"], slowest: 5 },
	soak: { scripts: ["soak"], slowest: 5 },
};

/** They take long, so they start first, in this order: no core waits for the last one. */
const LONG = ["tests/e2e", "packages/sdk", "packages/api-server", "packages/core-crypto", "tests/dev", "tests/interop"];

/** Of the random tests, unless `SENTC_SEED` says another: the same numbers in every run, new ones in each soak. */
const FIXED_SEED = 1;

/**
 * @param tier name of one of the tiers
 * @param args nothing, or the name of a package and parts of the names of its test files
 * @returns the exit code
 */
export async function test(tier, [name, ...filters] = []) {
	const seed = process.env.SENTC_SEED || String(tier === "soak" ? Math.floor(Math.random() * 2 ** 31) : FIXED_SEED);
	const env = { SENTC_TESTS: tier === "browser" ? "full" : tier, SENTC_SEED: seed };
	const { scripts, slowest } = TIERS[tier];
	const folders = name === undefined ? longFirst(workspaceFolders()) : [folderOf(name)];
	const runs = folders.flatMap((folder) => scripts.flatMap((script) => tested(folder, script)));
	if (runs.length === 0)
		fail(`${folders[0]} has no tests for this command: see npm test, test:full, test:browser, soak.`);

	build(name === undefined ? [] : [`--filter=./${folders[0]}...`, "--filter=@sentc-ts/test-world^..."]);
	console.log(`Random tests use the seed ${seed}; SENTC_SEED=${seed} repeats them.`);
	if (tier === "quick" && name === undefined)
		console.log("Longer: npm run test:full (every test), npm run test:browser, npm run soak.");
	for (const { report } of runs) rmSync(report, { force: true });
	await (name === undefined ? runAll(runs, env) : runSome(runs, filters, env));
	return sum(runs, slowest);
}

function longFirst(folders) {
	const place = (folder) => (LONG.includes(folder) ? LONG.indexOf(folder) : LONG.length);
	return folders.toSorted((a, b) => place(a) - place(b));
}

/** One script of a package, if it has it, and the file to which that reports. */
function tested(folder, script) {
	const report = join(root, folder, "test-results", `${script.replace(":", "-")}.json`);
	return manifest(folder).scripts?.[script] ? [{ folder, script, report }] : [];
}

function folderOf(name) {
	const folders = workspaceFolders();
	const found = folders.filter((folder) => basename(folder) === name);
	const [folder] = found.length > 0 ? found : folders.filter((folder) => basename(folder).startsWith(name));
	return folder ?? fail(`There is no package ${name}: ${folders.map((folder) => basename(folder)).join(", ")}.`);
}

const pnpm = (folder, script, filters = []) => ["--silent", "--dir", folder, "run", script, ...filters];

/** Each of the packages runs its files one after the other. */
async function runAll(runs, env) {
	await runBeside(
		runs.map(({ folder, script }) => ({
			name: `${folder} ${script}`,
			command: "pnpm",
			args: pnpm(folder, script),
			env,
		})),
	);
}

function runSome(runs, filters, env) {
	for (const { folder, script } of runs) run("pnpm", pnpm(folder, script, filters), { env });
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
