// What every command shares: where the repository is, how programs are run in it, and how it is installed. It depends on nothing
// but Node and npm, so that a bare machine can start here.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, "tools");
const windows = process.platform === "win32";

const env = {
	...process.env,
	PATH: [join(tools, "node_modules", ".bin"), join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
	TURBO_TELEMETRY_DISABLED: "1",
	DO_NOT_TRACK: "1",
};

/** On Windows, installed commands are scripts; the path of Node may hold a space. */
const needsShell = (command) => windows && command !== process.execPath;

/** Runs a command in the repository, `options.env` on top of the environment; answers its exit code. */
export function run(command, args, options = {}) {
	const all = { ...env, ...options.env };
	const result = spawnSync(command, args, {
		cwd: root,
		stdio: "inherit",
		shell: needsShell(command),
		...options,
		env: all,
	});
	if (result.error) fail(`${command} could not be started: ${result.error.message}`);
	return result.status ?? 1;
}

/**
 * Runs a command that may stay up, and everything it starts. It ends when this process is told to, and when whoever started this
 * process has gone, as npm does without a word. Each signal arrives once: a terminal sends Ctrl-C to all its processes and npm sends it
 * again, so the command runs in a group of its own. Answers its exit code.
 */
export async function stay(command, args) {
	const child = spawn(command, args, {
		cwd: root,
		env,
		stdio: "inherit",
		detached: !windows,
		shell: needsShell(command),
	});
	const group = windows ? child.pid : -child.pid;
	const ended = new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
	const parent = process.ppid;
	let asked = false;
	const end = () => {
		if (!asked) tell(group, "SIGINT");
		asked = true;
	};
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
	const watch = setInterval(() => process.ppid !== parent && end(), 500);
	const code = await ended;
	clearInterval(watch);
	for (let left = 100; left > 0 && tell(group, 0); left -= 1) await sleep(100);
	tell(group, "SIGKILL");
	return asked ? 0 : code;
}

/** Answers whether there is somebody left to hear it. */
function tell(group, signal) {
	try {
		return process.kill(group, signal);
	} catch {
		return false;
	}
}

/**
 * Runs commands beside each other, as many as there are cores, the first ones first: the last ones should be short. What they print has
 * their name before each line. Answers the names of those that failed.
 *
 * @param jobs `{ name, command, args, env }` each
 */
export async function runBeside(jobs) {
	const [waiting, failed] = [[...jobs], []];
	const lane = async () => {
		for (let job = waiting.shift(); job; job = waiting.shift()) if ((await runNamed(job)) !== 0) failed.push(job.name);
	};
	await Promise.all(Array.from({ length: availableParallelism() }, lane));
	return failed;
}

/** Answers the exit code. */
function runNamed({ name, command, args, env: more }) {
	const child = spawn(command, args, {
		cwd: root,
		env: { ...env, ...more },
		stdio: ["ignore", "pipe", "pipe"],
		shell: needsShell(command),
	});
	for (const stream of [child.stdout, child.stderr])
		createInterface(stream).on("line", (line) => console.log(`${name}: ${line}`));
	return new Promise((resolve) => {
		child.on("error", (error) => resolve(console.error(`${command} could not be started: ${error.message}`) ?? 1));
		child.on("close", (code) => resolve(code ?? 1));
	});
}

export function must(command, args, options) {
	const code = run(command, args, options);
	if (code !== 0) process.exit(code);
}

export function fail(sentence) {
	console.error(sentence);
	process.exit(1);
}

export function checkNode() {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
	if (!fits) fail(`sentc-ts needs Node ^20.19.0 or >=22.12.0; this is ${process.versions.node}.`);
}

export function workspaceFolders() {
	const parents = ["packages", "apps", "tests"].flatMap((parent) =>
		existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => join(parent, name)) : [],
	);
	return [...parents, "bench"].filter((folder) => existsSync(join(root, folder, "package.json")));
}

export const manifest = (folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));

export function installTools() {
	const wanted = manifest("tools").dependencies.pnpm;
	const installed = join(tools, "node_modules", "pnpm", "package.json");
	if (existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === wanted) return;
	console.log(`Installing pnpm ${wanted} below tools/ …`);
	must("npm", ["ci", "--loglevel=error"], { cwd: tools });
}

/** `pnpm install`, skipped while nothing it reads has changed: a second start needs no network. */
export function installWorkspace() {
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

/** @param filters turbo's, for a part of the workspace */
export function build(filters = []) {
	must("turbo", ["run", "build", ...filters, "--output-logs=errors-only", "--log-order=grouped"]);
}
