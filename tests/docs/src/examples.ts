import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

/** One fenced block of a Markdown file. */
export interface CodeBlock {
	/** What stands behind the opening fence; may be empty. */
	language: string;
	code: string;
}

/** All fenced blocks of a Markdown file, in their order. A closing fence may be longer than the opening one (CommonMark §4.5). */
export function codeBlocks(markdown: URL): CodeBlock[] {
	const text = readFileSync(markdown, "utf8");
	const fences = /^(`{3,})([^\n`]*)\n([\s\S]*?)^\1`*$/gm;
	return [...text.matchAll(fences)].map(([, , language = "", code = ""]) => ({ language: language.trim(), code }));
}

const folder = new URL("../.examples/", import.meta.url);

const compilerOptions: ts.CompilerOptions = {
	target: ts.ScriptTarget.ES2023,
	module: ts.ModuleKind.NodeNext,
	moduleResolution: ts.ModuleResolutionKind.NodeNext,
	lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
	strict: true,
	// They are checked by the tests of the packages; here that would take most of the time.
	skipLibCheck: true,
};

/**
 * Type-checks examples as a strict app would, and compiles each to a module that can be imported. One program
 * reads the libraries for all of them.
 *
 * @param codes by name
 * @param types packages of global types, such as `node`
 * @returns the modules' URLs, by name
 * @throws Error with the compiler's messages
 */
export function compileExamples<Name extends string>(
	codes: Readonly<Record<Name, string>>,
	types: string[] = [],
): Record<Name, string> {
	mkdirSync(folder, { recursive: true });
	const names = Object.keys(codes) as Name[];
	const paths = names.map((name) => fileURLToPath(new URL(`${name}.mts`, folder)));
	for (const [index, name] of names.entries()) writeFileSync(paths[index] ?? "", codes[name]);
	const program = ts.createProgram(paths, { ...compilerOptions, types });
	const diagnostics = ts.getPreEmitDiagnostics(program);
	if (diagnostics.length > 0) throw new Error(diagnostics.map(messageOf).join("\n"));
	program.emit();
	const urls = paths.map((path) => pathToFileURL(path.replace(/\.mts$/, ".mjs")).href);
	return Object.fromEntries(names.map((name, index) => [name, urls[index]])) as Record<Name, string>;
}

/** What an editor shows of a member of an exported type. */
export function commentOf(specifier: string, typeName: string, member: string): string {
	mkdirSync(folder, { recursive: true });
	const path = fileURLToPath(new URL("comment.mts", folder));
	writeFileSync(path, `export type { ${typeName} } from "${specifier}";\n`);
	const program = ts.createProgram([path], { ...compilerOptions, types: [] });
	const checker = program.getTypeChecker();
	const module = checker.getSymbolAtLocation(program.getSourceFile(path) as ts.Node);
	const exported = module && checker.getExportsOfModule(module).find(({ name }) => name === typeName);
	const type = exported && checker.getDeclaredTypeOfSymbol(checker.getAliasedSymbol(exported));
	return ts.displayPartsToString(type?.getProperty(member)?.getDocumentationComment(checker));
}

function messageOf({ file, start = 0, messageText }: ts.Diagnostic): string {
	const line = file ? `${basename(file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1}: ` : "";
	return line + ts.flattenDiagnosticMessageText(messageText, "\n");
}
