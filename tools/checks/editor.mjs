// Checks what an editor shows, by the language service it uses: nothing depends on a build, so a fresh clone is not red, and
// go-to-definition on whatever a file imports from another package lands in that package's `src`.
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const config = ts.parseJsonConfigFileContent(
	ts.readConfigFile(resolve(root, "tsconfig.json"), ts.sys.readFile).config,
	ts.sys,
	root,
);
const service = ts.createLanguageService({
	...ts.sys,
	useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
	getCompilationSettings: () => config.options,
	getScriptFileNames: () => config.fileNames,
	getScriptVersion: () => "1",
	getScriptSnapshot: (file) =>
		ts.sys.fileExists(file) ? ts.ScriptSnapshot.fromString(readFileSync(file, "utf8")) : undefined,
	getCurrentDirectory: () => root,
	getDefaultLibFileName: ts.getDefaultLibFilePath,
});
const sources = service.getProgram().getSourceFiles();
const own = sources.filter((source) => !source.fileName.includes("/node_modules/"));

const problems = own
	.filter((source) => source.fileName.includes("/dist/"))
	.map((source) => `${relative(root, source.fileName)} is read, so a fresh clone is red until it is built`);

let asked = 0;
for (const source of own) {
	for (const name of namesFromOtherPackages(source)) {
		const definitions = service.getDefinitionAtPosition(source.fileName, name.getStart()) ?? [];
		const where = definitions.map((definition) => relative(root, definition.fileName));
		asked += 1;
		if (where.length > 0 && where.every((file) => /^(packages|apps|tests)\/[^/]+\/src\/.*\.ts$/.test(file))) continue;
		problems.push(`${name.text} in ${relative(root, source.fileName)} leads to ${where.join(", ") || "nothing"}`);
	}
}

function namesFromOtherPackages(source) {
	return source.statements
		.filter((statement) => ts.isImportDeclaration(statement) && statement.moduleSpecifier.text.startsWith("@sentc-ts/"))
		.flatMap(({ importClause }) => importClause?.namedBindings?.elements ?? [])
		.map((element) => element.name);
}

if (asked === 0) problems.push("nothing is imported from another package");
if (problems.length > 0) {
	console.error(problems.join("\n"));
	process.exit(1);
}
console.log(`editor: ${asked} imported names lead to the sources`);
