// Compares the tables of docs/capabilities.md with what the built SDK exports: `done` rows have a symbol and a test that
// names it, `not yet` rows have no symbol, and everything public has a row.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const tests = join(root, "packages/sdk/test");
const entry = join(root, "packages/sdk/dist/index.js");
const problems = [];

if (!existsSync(entry)) {
	console.error("packages/sdk is not built");
	process.exit(1);
}
const sdk = await import(pathToFileURL(entry).href);
const classes = { Sentc: sdk.SentcClient, User: sdk.User, Group: sdk.Group, SymKey: sdk.SymKey };

const ownMethodsOf = (type) =>
	Object.entries(Object.getOwnPropertyDescriptors(type.prototype))
		.filter(([name, { value }]) => name !== "constructor" && typeof value === "function")
		.map(([name]) => name);

/** Also those of the classes that it extends. */
const methodsOf = (type) => (type.prototype ? [...methodsOf(Object.getPrototypeOf(type)), ...ownMethodsOf(type)] : []);

const publicSymbols = new Set([
	...Object.keys(sdk),
	...Object.entries(classes).flatMap(([name, type]) => methodsOf(type).map((method) => `${name}.${method}`)),
]);

const rows = readFileSync(join(root, "docs/capabilities.md"), "utf8")
	.split("\n")
	.filter((line) => line.startsWith("|") && !/^\|\s*(-|function)/.test(line))
	.map((line) =>
		line
			.split("|")
			.slice(1, -1)
			.map((cell) => cell.trim().replaceAll("`", "")),
	);

const seen = new Set();
for (const [name, state, symbol, test] of rows) {
	if (seen.has(symbol)) problems.push(`${symbol}: has two rows`);
	seen.add(symbol);
	if (state === "done") {
		if (!publicSymbols.has(symbol)) problems.push(`${symbol}: is done by its row, but does not exist`);
		checkTest(symbol, test);
	} else if (state === "not yet") {
		if (publicSymbols.has(symbol)) problems.push(`${symbol}: exists, but its row says "not yet"`);
	} else {
		problems.push(`${name}: has the state "${state}"; it must be "done" or "not yet"`);
	}
}
for (const symbol of publicSymbols) if (!seen.has(symbol)) problems.push(`${symbol}: has no row`);

function checkTest(symbol, test) {
	const file = join(tests, test ?? "");
	if (!test || !existsSync(file)) {
		problems.push(`${symbol}: has no test file ${test}`);
		return;
	}
	const word = symbol === "default" ? "Sentc" : symbol.split(".").at(-1);
	if (!new RegExp(`\\b${word}\\b`).test(readFileSync(file, "utf8"))) {
		problems.push(`${symbol}: ${test} does not mention ${word}`);
	}
}

if (problems.length > 0) {
	console.error(problems.join("\n"));
	process.exit(1);
}
const done = rows.filter(([, state]) => state === "done").length;
console.log(`capabilities: ${done} done, ${rows.length - done} not yet`);
