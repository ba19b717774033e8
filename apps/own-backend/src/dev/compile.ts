import ts from "typescript";

/** "Found 1 error." and "Found {0} errors.": nothing else says that the compiler is quiet again. */
const ROUND_IS_OVER = [6193, 6194];

/**
 * Compiles projects and everything they refer to, now and after each edit. What has an error is not written, so the files of the
 * last good compilation stay.
 *
 * @param projects paths of their tsconfig files
 * @param root what paths in messages are relative to
 * @param done is called after each round with the number of errors, which have been printed by then
 */
export function compileOnEdit(projects: string[], root: string, done: (errors: number) => void): void {
	const format: ts.FormatDiagnosticsHost = {
		getCanonicalFileName: (name) => name,
		getCurrentDirectory: () => root,
		getNewLine: () => "\n",
	};
	const host = ts.createSolutionBuilderWithWatchHost(
		ts.sys,
		undefined,
		(problem) => console.error(ts.formatDiagnostic(problem, format).trimEnd()),
		() => undefined,
		(status) => {
			if (ROUND_IS_OVER.includes(status.code)) done(Number(/\d+/.exec(String(status.messageText))?.[0]));
		},
	);
	ts.createSolutionBuilderWithWatch(host, projects, {}).build();
}
