// Compares the tables of docs/capabilities.md with what the built SDK exports: `done` rows have a symbol and a test that
// calls it, `not yet` rows have no symbol, and everything public has a row.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const tests = join(root, "packages/sdk/test");
const entry = join(root, "packages/sdk/dist/index.js");
const problems = [];
const uses = new Map();

if (!existsSync(entry)) {
	console.error("packages/sdk is not built");
	process.exit(1);
}
const sdk = await import(pathToFileURL(entry).href);
const { Downloader, Group, SymKey, Uploader, User } = sdk;
const classes = { Sentc: sdk.SentcClient, User, Group, SymKey, Uploader, Downloader };

const ownMethodsOf = (type) =>
	Object.entries(Object.getOwnPropertyDescriptors(type.prototype))
		.filter(([name, { value }]) => name !== "constructor" && typeof value === "function")
		.map(([name]) => name);

const staticMethodsOf = (type) =>
	Object.getOwnPropertyNames(type).filter((name) => typeof type[name] === "function" && name !== "prototype");

/** Also those of the classes that it extends. */
const methodsOf = (type) => (type.prototype ? [...methodsOf(Object.getPrototypeOf(type)), ...ownMethodsOf(type)] : []);

const publicSymbols = new Set([
	...Object.keys(sdk),
	...Object.entries(classes).flatMap(([name, type]) => methodsOf(type).map((method) => `${name}.${method}`)),
	...[Downloader, sdk.FileHelper].flatMap((type, at) =>
		staticMethodsOf(type).map((method) => `${["Downloader", "FileHelper"][at]}.${method}`),
	),
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
	if (!usesOf(file).has(symbol.split(".").at(-1))) problems.push(`${symbol}: ${test} does not call it`);
}

/**
 * What a test file calls: functions, methods (also as `user[name]()` for names that stand in the file as texts), constructors, and
 * what it reads a member of or compares with. A mention in a type, a title, an import or a comment is none.
 */
function usesOf(file) {
	const known = uses.get(file);
	if (known) return known;
	const found = new Set();
	const texts = new Set();
	let callsByName = false;
	const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
	const visit = (node) => {
		if (ts.isImportClause(node) && node.name) defaultImports.add(node.name.text);
		if (ts.isImportDeclaration(node)) return void (node.importClause && visit(node.importClause));
		if (ts.isStringLiteral(node)) texts.add(node.text);
		if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
			const { expression, arguments: inputs = [] } = node;
			if (ts.isPropertyAccessExpression(expression)) found.add(expression.name.text);
			if (ts.isElementAccessExpression(expression)) callsByName = true;
			for (const operand of [expression, ...inputs]) if (ts.isIdentifier(operand)) found.add(operand.text);
		}
		if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) found.add(node.expression.text);
		ts.forEachChild(node, visit);
	};
	const defaultImports = new Set();
	visit(source);
	if (callsByName) for (const text of texts) found.add(text);
	if ([...defaultImports].some((name) => found.has(name))) found.add("default");
	uses.set(file, found);
	return found;
}

if (problems.length > 0) {
	console.error(problems.join("\n"));
	process.exit(1);
}
const done = rows.filter(([, state]) => state === "done").length;
console.log(`capabilities: ${done} done, ${rows.length - done} not yet`);
