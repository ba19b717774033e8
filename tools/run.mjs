#!/usr/bin/env node
// Entry of every `npm run …` command: checks the Node version, installs what is missing, and runs the command.
import { dev } from "./dev.mjs";
import { test } from "./test.mjs";
import { build, checkNode, fail, installTools, installWorkspace, must, run, runBeside, stay } from "./workspace.mjs";

/** What `verify` looks at; what takes long comes first. */
const CHECKS = {
	types: "tsc --project .",
	editor: "node tools/checks/editor.mjs",
	packages: "turbo run package-check --output-logs=errors-only --log-order=grouped",
	api: "node tools/checks/api-report.mjs",
	unused: "knip",
	style: "biome ci --error-on-warnings --colors=off .",
	errors: "node tools/checks/errors.mjs",
	capabilities: "node tools/checks/capabilities.mjs",
	shapes: "node tools/checks/shapes.mjs",
	release: "node tools/checks/release.mjs",
	dependencies: "node tools/checks/dependencies.mjs",
	repository: "node tools/checks/repository.mjs",
	protocol: "node tools/checks/protocol.mjs",
};

async function verify() {
	build();
	const failed = await runBeside(
		Object.entries(CHECKS).map(([name, check]) => {
			const [command, ...args] = check.split(" ");
			return { name, command, args };
		}),
	);
	if (failed.length > 0) fail(`verify: ${failed.join(", ")} failed`);
	console.log("verify: everything fits");
	return 0;
}

const commands = {
	start: (args) => {
		build();
		return stay(process.execPath, ["apps/own-backend/dist/start.js", ...args]);
	},
	test: (args) => test("quick", args),
	"test:full": (args) => test("full", args),
	"test:browser": (args) => test("browser", args),
	soak: (args) => test("soak", args),
	verify,
	bench: (args) => {
		build();
		return run(process.execPath, ["bench/dist/index.js", ...args]);
	},
	"bench:api": (args) => {
		build();
		return run(process.execPath, ["bench/dist/api/index.js", ...args]);
	},
	dev,
	"api-report": () => {
		build();
		must("node", ["tools/checks/api-report.mjs", "--update"]);
		must("node", ["tools/checks/errors.mjs", "--update"]);
		return run("biome", ["check", "--write", "docs/errors.md"]);
	},
	format: () => run("biome", ["check", "--write"]),
	changeset: (args) => run("changeset", args),
};

const [name = "", ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`Usage: node tools/run.mjs <${Object.keys(commands).join(" | ")}>`);
if (command.length === 0 && args.length > 0) fail(`npm run ${name} takes no arguments; there is ${args.join(" ")}.`);
checkNode();
installTools();
installWorkspace();
process.exit(await command(args));
