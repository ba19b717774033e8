#!/usr/bin/env node
// Entry of every `npm run …` command: checks the Node version, installs what is missing, and runs the command.
import { dev } from "./dev.mjs";
import { test } from "./test.mjs";
import { build, checkNode, fail, installTools, installWorkspace, must, run, stay } from "./workspace.mjs";

function verify() {
	must("biome", ["ci", "--error-on-warnings", "--colors=off", "."]);
	must("node", ["tools/checks/dependencies.mjs"]);
	must("node", ["tools/checks/repository.mjs"]);
	must("node", ["tools/checks/protocol.mjs"]);
	must("tsc", ["--project", "."]);
	must("node", ["tools/checks/editor.mjs"]);
	must("node", ["tools/checks/api-report.mjs"]);
	must("node", ["tools/checks/errors.mjs"]);
	must("turbo", ["run", "package-check", "--output-logs=errors-only", "--log-order=grouped"]);
	must("knip", []);
	must("node", ["tools/checks/capabilities.mjs"]);
	must("node", ["tools/checks/shapes.mjs"]);
	must("node", ["tools/checks/release.mjs"]);
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
	verify: () => {
		build();
		return verify();
	},
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
