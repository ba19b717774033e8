import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
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
	types: [],
	strict: true,
	noEmitOnError: true,
};

/**
 * Type-checks an example as a strict app would, and compiles it to a module that can be imported.
 *
 * @returns the module's URL
 * @throws Error with the compiler's messages
 */
export function compileExample(name: string, code: string): string {
	mkdirSync(folder, { recursive: true });
	const source = new URL(`${name}.mts`, folder);
	writeFileSync(source, code);
	const program = ts.createProgram([source.pathname], compilerOptions);
	const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
	if (diagnostics.length > 0) {
		throw new Error(
			diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")).join("\n"),
		);
	}
	return pathToFileURL(source.pathname.replace(/\.mts$/, ".mjs")).href;
}
