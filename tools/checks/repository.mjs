// Checks that hold for the whole repository: what is tracked speaks of the project alone and runs everywhere.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
const problems = [];

const LOCKFILES = /(^|\/)(pnpm-lock\.yaml|package-lock\.json|\.npmrc)$/;
/** Of a source file: what is longer is two things. */
const MAX_LINES = 300;
const SOURCES = /\.(ts|tsx|mjs|js|html|css)$/;
const rules = [
	{ files: LOCKFILES, pattern: /https?:\/\/[^ "]+\.tgz|^registry ?=/m, says: "names a registry host" },
	{
		files: /^packages\/.*\.tsx?$/,
		pattern: /\b(it|test|describe)\.(only|skip|todo)\b/,
		says: "has a test that does not run",
	},
	{ files: SOURCES, pattern: /\b(TODO|FIXME)\b|not implemented/i, says: "has something left to do" },
	{ files: /./, pattern: new RegExp(root.replaceAll("/", "\\/")), says: "holds a path of this machine" },
];

for (const file of tracked) {
	if (file.startsWith("tools/checks/") || /\.(db|png|ico)$/.test(file)) continue;
	const text = readFileSync(resolve(root, file), "utf8");
	for (const { files, pattern, says } of rules) {
		if (files.test(file) && pattern.test(text)) problems.push(`${file} ${says}`);
	}
	const lines = text.trimEnd().split("\n").length;
	if (/^(packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(file) && lines > MAX_LINES)
		problems.push(`${file} has ${lines} lines`);
}

for (const list of tracked.filter((file) => basename(file) === "frozen.sha256")) checkFrozen(list);

/** What was released stays as it was, to the byte: each line is a SHA-256 and a path, as `sha256sum` writes them. */
function checkFrozen(list) {
	const folder = dirname(list);
	const lines = readFileSync(resolve(root, list), "utf8").trimEnd().split("\n");
	const frozen = new Map(lines.map((line) => [join(folder, line.slice(66)), line.slice(0, 64)]));
	for (const [file, hash] of frozen) {
		const bytes = existsSync(resolve(root, file)) ? readFileSync(resolve(root, file)) : undefined;
		if (!bytes || createHash("sha256").update(bytes).digest("hex") !== hash) {
			problems.push(`${file} was changed, but databases in use depend on it (${list}): undo that, and add a new file`);
		}
		for (const [, name] of file.endsWith(".ts") ? String(bytes).matchAll(/ from "\.\/(.+)\.js"/g) : []) {
			const helper = join(dirname(file), `${name}.ts`);
			if (!frozen.has(helper)) problems.push(`${helper} belongs into ${list}, because ${file} uses it`);
		}
	}
}

if (problems.length > 0) {
	console.error(problems.join("\n"));
	process.exit(1);
}
console.log(`repository: ${tracked.length} files fit`);
