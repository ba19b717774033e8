// Checks that every section of docs/protocol that is cited exists: `protocol/crypto §3.10` in code, tests and documents, and the
// references of the protocol's files to themselves (`§3.10`) and to each other (`crypto §3.10`).
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = join(root, "docs/protocol");
const names = readdirSync(folder)
	.filter((file) => file !== "README.md")
	.map((file) => basename(file, ".md"));
const problems = [];

const textOf = (name) => readFileSync(join(folder, `${name}.md`), "utf8");
const sectionsOf = (text) => [...text.matchAll(/^#{2,4} (\d+(?:\.\d+)*)\.? /gm)].map(([, number]) => number);
const sections = new Map(names.map((name) => [name, new Set(sectionsOf(textOf(name)))]));

/** A file's name, if one is given, and a section; "§3.1 and §3.2" are two of the same file. */
const CITATION = new RegExp(`(?:(?:protocol/)?\\b(${names.join("|")})(?:\\.md)? )?§(\\d+(?:\\.\\d+)*)`, "g");

function check(place, name, section) {
	if (!sections.get(name)?.has(section)) problems.push(`${place} cites ${name} §${section}, which does not exist`);
}

for (const name of names) {
	const text = textOf(name);
	const double = sectionsOf(text).find((section, index, all) => all.indexOf(section) !== index);
	if (double) problems.push(`docs/protocol/${name}.md has two sections ${double}`);
	// Standards have sections, too.
	const own = text.replace(/\b(RFC|FIPS|SP) [\d-]+,? §[\d.]+/g, "");
	for (const [, file = name, section] of own.matchAll(CITATION)) check(`docs/protocol/${name}.md`, file, section);
}

let cited = 0;
const tracked = execFileSync("git", ["ls-files", "-z", "*.ts", "*.mjs", "*.md"], { cwd: root, encoding: "utf8" });
for (const path of tracked
	.split("\0")
	.filter((file) => file && !file.startsWith("docs/protocol/") && file !== "tools/checks/protocol.mjs")) {
	const text = readFileSync(join(root, path), "utf8");
	for (const [whole, name] of text.matchAll(/protocol\/([a-z-]+)((?:,? and|,)? §[\d.]*\d)+/g)) {
		for (const [, section] of whole.matchAll(/§([\d.]*\d)/g)) {
			cited++;
			check(path, name, section);
		}
	}
}

if (problems.length > 0) {
	console.error(problems.join("\n"));
	process.exit(1);
}
console.log(`protocol: ${cited} citations, each of a section that exists`);
