// Compares docs/errors.md with the errors in the sources: their classes, codes and numbers. `--update` writes it anew.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = resolve(fileURLToPath(import.meta.url), "../../..");
const page = join(root, "docs/errors.md");

const parse = (path) => ts.createSourceFile(path, readFileSync(join(root, path), "utf8"), ts.ScriptTarget.Latest, true);
const core = parse("packages/core-crypto/src/errors.ts");
const transport = parse("packages/transport/src/errors.ts");
const sdk = ["errors", "file-errors", "key-errors", "session-errors"].map((name) =>
	parse(`packages/sdk/src/${name}.ts`),
);

/** The members of a table of constants: name → the literals of its value, in order. */
function tableOf(source, name) {
	const rows = [];
	const visit = (node) => {
		if (ts.isVariableDeclaration(node) && node.name.getText() === name) {
			const { initializer } = node;
			const { properties } = ts.isAsExpression(initializer) ? initializer.expression : initializer;
			for (const { name: member, initializer: value } of properties) rows.push([member.getText(), literalsOf(value)]);
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	if (rows.length === 0) throw new Error(`${source.fileName} has no table ${name}`);
	return rows;
}

function literalsOf(node) {
	if (ts.isStringLiteral(node) || ts.isNumericLiteral(node)) return [node.text];
	const { elements, arguments: inputs } = node;
	return (elements ?? inputs ?? []).flatMap(literalsOf);
}

/** Every exported class, with the codes that its type names and the first sentence of its comment. */
function classesOf(source) {
	return source.statements.filter(ts.isClassDeclaration).flatMap((declaration) => {
		const [comment] = ts.getJSDocCommentsAndTags(declaration);
		if (!declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) || !comment) return [];
		const code = declaration.members.find((member) => member.name?.getText() === "code");
		const status = /status: "(\w+)"/.exec(declaration.getText())?.[1];
		const text = String(comment.comment ?? "").replace(/\s+/g, " ");
		return [{ name: declaration.name.text, codes: code && namesIn(source, code.type), status, text }];
	});
}

/** `"A" | "B"`, or the alias of such a type in the same file. */
function namesIn(source, type) {
	if (ts.isUnionTypeNode(type)) return type.types.flatMap((part) => namesIn(source, part));
	if (ts.isLiteralTypeNode(type)) return [type.literal.text];
	const alias = source.statements.find((node) => ts.isTypeAliasDeclaration(node) && node.name.text === type.getText());
	return alias && !ts.isTypeOperatorNode(alias.type) ? namesIn(source, alias.type) : undefined;
}

const table = (head, rows) =>
	[head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const code = (text) => `\`${text}\``;

const single = [...classesOf(core), ...sdk.flatMap(classesOf)].filter(({ codes }) => codes);
const expected = `# Errors

Everything that the packages throw is a \`SentcError\`: \`code\` is stable and made for a \`switch\` (\`SentcErrorCode\` is the union of all),
\`status\` is the text that the reference client has for the same case, \`errorMessage\` is for people. \`isSentcError\` recognises one, also of
another copy of the package. No message holds a key, a password or a plaintext.

This page is written by \`npm run api-report\` from the sources, and \`npm run verify\` compares it.

## By class

${table(
	["class", "code", "status", "when"],
	single.map(({ name, codes, status, text }) => [
		code(name),
		codes.map(code).join(", "),
		status ? code(status) : "",
		text,
	]),
)}

## The network, answers and JWTs

${table(
	["code", "status"],
	tableOf(transport, "CLIENT_STATUS").map(([name, [status]]) => [code(name), code(status)]),
)}

\`REFRESH_FAILED\` (\`RefreshFailed\`) and \`SESSION_ENDED\` (\`SessionEnded\`) have the status of their cause.

## The API refuses: ApiError

\`status\` is \`server_\` and the number. An \`ApiError\` with a number that this version does not know has the code \`SERVER_ERROR\`; where a number
stands for several cases, the HTTP status tells them apart. \`retryAfter\` has the seconds to wait, where the API says so.

${table(
	["code", "number", "HTTP", "text"],
	tableOf(parse("packages/transport/src/contract/error-codes.ts"), "SERVER_ERRORS").map(
		([name, [number, http, text]]) => [code(name), number, http, text],
	),
)}

## Keys, ciphertexts, signatures: CryptoError

${table(
	["code", "status", "text"],
	tableOf(core, "cryptoErrors").map(([name, [status, text]]) => [code(name), code(status), text]),
)}
`;

// The padding of tables is the formatter's.
const compact = (text) => text.replace(/ *\| */g, "|").replace(/-{3,}/g, "---");
if (process.argv.includes("--update")) {
	writeFileSync(page, expected);
	console.log("errors: docs/errors.md is written");
} else if (compact(readFileSync(page, "utf8")) !== compact(expected)) {
	console.error("docs/errors.md differs from the errors in the sources: npm run api-report writes it.");
	process.exit(1);
} else {
	console.log("errors: docs/errors.md names all of them");
}
