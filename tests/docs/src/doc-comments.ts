import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** One `@example` of a comment in the sources. */
export interface SourceExample {
	/** Its file and number, fit for a file name: `client-client-1`. */
	name: string;
	/** `undefined` when it is not exactly one fenced block of TypeScript. */
	code: string | undefined;
}

const packages = new URL("../../../packages/", import.meta.url);

/** Every `@example` of a package, in the order of its files. */
export function sourceExamples(packageName: string): SourceExample[] {
	const folder = new URL(`${packageName}/src/`, packages);
	const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
	return files.sort().flatMap((file) => {
		const comments = readFileSync(new URL(file, folder), "utf8").match(/\/\*\*[\s\S]*?\*\//g) ?? [];
		return comments.flatMap(examplesIn).map((text, index) => ({
			name: `${file.replace(/\.ts$/, "").replaceAll("/", "-")}-${index + 1}`,
			code: /^\s*```ts\n([\s\S]*?)^```\s*$/m.exec(text)?.[1],
		}));
	});
}

/** What stands behind each `@example`, up to the next tag, without the stars. */
function examplesIn(comment: string): string[] {
	const text = comment.replace(/^\/\*\*|\s*\*\/$/g, "").replace(/^[ \t]*\* ?/gm, "");
	return text
		.split(/^[ \t]*@(?=\w)/m)
		.filter((tag) => /^example\b/.test(tag))
		.map((tag) => `${tag.replace(/^example/, "").trimStart()}\n`);
}

const core = 'import("@sentc-ts/core-crypto")';
const wire = 'import("@sentc-ts/core-crypto/wire")';
const sdk = 'import("@sentc-ts/sdk")';

/** What an example may use without showing where it comes from: the same in each of them. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	"core-crypto": {
		answer: `{ user_keys: ${wire}.GroupKeyServerOutput[]; hmac_keys: ${wire}.HmacKey[] }`,
		bytes: "Uint8Array",
		crypto: `${core}.CryptoBackend`,
		device: `${core}.OpenedDevice["device"]`,
		groupKey: "string",
		newest: "{ groupKey: string; publicKey: string }",
		page: `${wire}.GroupKeyServerOutput[]`,
		privateKeyOf: "(keyId: string) => string",
		signer: `NonNullable<Parameters<${core}.CryptoBackend["prepareKeyRotation"]>[0]["signer"]>`,
		signerOf: `(key: ${wire}.GroupKeyServerOutput) => string | undefined`,
	},
	sdk: {
		group: `${sdk}.Group`,
		user: `${sdk}.User`,
	},
};

/**
 * The example as a module of its own. Two things an example may leave out, because the reader has them before their eyes:
 * the import of what the same package exports, and the objects that everything of the package starts from.
 */
export function asModule(packageName: string, code: string, exported: readonly string[]): string {
	const missing = undeclaredNames(code);
	const named = exported.filter((name) => name !== "default" && missing.has(name));
	const imports = [
		...(packageName === "sdk" && missing.has("Sentc") ? ['import Sentc from "@sentc-ts/sdk";'] : []),
		...(named.length > 0 ? [`import { ${named.join(", ")} } from "@sentc-ts/${packageName}";`] : []),
	];
	const given = Object.entries(GIVEN[packageName] ?? {}).filter(([name]) => missing.has(name));
	const declared = given.map(([name, type]) => `declare const ${name}: ${type};`);
	return [...imports, ...declared, code, "export {};"].join("\n");
}

/** The names that a code uses and neither declares nor imports. */
function undeclaredNames(code: string): Set<string> {
	const used = new Set<string>();
	const declared = new Set<string>();
	const visit = (node: ts.Node): void => {
		if (ts.isIdentifier(node)) {
			const { parent } = node;
			const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
			const isName = "name" in parent && parent.name === node && !ts.isShorthandPropertyAssignment(parent);
			if (!isName) used.add(node.text);
			else if (!isMember && !ts.isPropertyAssignment(parent)) declared.add(node.text);
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true));
	return new Set([...used].filter((name) => !declared.has(name)));
}

/** What each package exports, by its name. */
export function exportsOf<Name extends string>(packageNames: readonly Name[]): Record<Name, string[]> {
	const entry = (name: string): string => fileURLToPath(new URL(`${name}/dist/index.d.ts`, packages));
	const program = ts.createProgram(packageNames.map(entry), {
		module: ts.ModuleKind.NodeNext,
		moduleResolution: ts.ModuleResolutionKind.NodeNext,
		types: [],
		noLib: true,
	});
	const checker = program.getTypeChecker();
	const entries = packageNames.map((name) => {
		const source = program.getSourceFile(entry(name));
		const symbol = source && checker.getSymbolAtLocation(source);
		if (!symbol) throw new Error(`${entry(name)} is not built`);
		return [name, checker.getExportsOfModule(symbol).map((member) => member.name)];
	});
	return Object.fromEntries(entries) as Record<Name, string[]>;
}
