// Checks that hold for the whole repository: what is tracked speaks of the project alone and runs everywhere.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
const problems = [];

const LOCKFILES = /(^|\/)(pnpm-lock\.yaml|package-lock\.json|\.npmrc)$/;
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
	const lines = text.split("\n").length;
	if (/^(packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(file) && lines > 400) problems.push(`${file} has ${lines} lines`);
}

if (problems.length > 0) {
	console.error(problems.join("\n"));
	process.exit(1);
}
console.log(`repository: ${tracked.length} files fit`);
