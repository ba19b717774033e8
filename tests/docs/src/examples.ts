import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import ts from "typescript";

/** The code blocks of a Markdown file in one language, in their order. */
export function codeBlocks(markdown: URL, language: string): string[] {
	const text = readFileSync(markdown, "utf8");
	const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
	return [...text.matchAll(fence)].map((match) => match[1] ?? "");
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
