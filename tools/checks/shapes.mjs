// Compares the tables of docs/protocol/sdk-api.md §8.1 to §8.3 with the types of the built SDK: every name is exported, and the types of
// §8.1 and §8.2 have the members that stand there, optional where they are.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const entry = join(root, "packages/sdk/dist/index.d.ts");
const page = readFileSync(join(root, "docs/protocol/sdk-api.md"), "utf8");
const problems = [];

const program = ts.createProgram([entry], {
	module: ts.ModuleKind.NodeNext,
	moduleResolution: ts.ModuleResolutionKind.NodeNext,
	target: ts.ScriptTarget.ES2023,
	strict: true,
	types: [],
});
const checker = program.getTypeChecker();
const source = program.getSourceFile(entry);
if (!source) {
	console.error("packages/sdk is not built");
	process.exit(1);
}
const exported = new Map(
	checker.getExportsOfModule(checker.getSymbolAtLocation(source)).map((symbol) => [symbol.name, symbol]),
);

/** The rows of a section's table: what is in code spans in the first cell, and the text of the second. */
function rowsOf(section) {
	const [, text = ""] = page.split(`\n### ${section} `);
	const lines = text.split("\n### ")[0].split("\n");
	return lines
		.filter((line) => line.startsWith("| `"))
		.map((line) => {
			const [, first, second] = line.split("|");
			return { names: [...first.matchAll(/`(\w+)/g)].map(([, name]) => name), text: second };
		});
}

function typeOf(name) {
	const symbol = exported.get(name);
	const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
	const isType = target.flags & ts.SymbolFlags.Type;
	return isType ? checker.getDeclaredTypeOfSymbol(target) : checker.getTypeOfSymbol(target);
}

function checkMembers(name, text) {
	// Of a type that is described by another one, only what it adds.
	const added = text.includes(" without ") ? text.slice(text.lastIndexOf(" and ")) : text;
	for (const [, member, optional] of added.matchAll(/`(\w+)(\??)`/g)) {
		const property = checker.getPropertyOfType(typeOf(name), member);
		if (!property) problems.push(`${name}: has no member ${member}`);
		else if (!(property.flags & ts.SymbolFlags.Optional) !== (optional === "")) {
			problems.push(`${name}: ${member} must ${optional ? "" : "not "}be optional`);
		}
	}
}

let names = 0;
for (const section of ["8.1", "8.2", "8.3"]) {
	const rows = rowsOf(section);
	if (rows.length === 0) problems.push(`sdk-api §${section} has no table`);
	for (const row of rows) {
		for (const name of row.names) {
			names++;
			if (!exported.has(name)) problems.push(`${name}: stands in sdk-api §${section}, but is not exported`);
			else if (section !== "8.3") checkMembers(name, row.text);
		}
	}
}

if (problems.length > 0) {
	console.error(problems.join("\n"));
	process.exit(1);
}
console.log(`shapes: ${names} names of the reference`);
