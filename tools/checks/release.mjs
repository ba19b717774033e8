// Dry-runs `changeset version` on a copy of the tracked files: the pending changesets must be releasable at any time.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const copy = mkdtempSync(join(tmpdir(), "sentc-release-"));
try {
	const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
	for (const file of tracked) cpSync(join(root, file), join(copy, file));
	symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
	execFileSync("git", ["init", "--quiet"], { cwd: copy });
	execFileSync(join(root, "node_modules/.bin/changeset"), ["version"], { cwd: copy, stdio: "pipe" });

	const versions = readdirSync(join(copy, "packages")).map(
		(name) => JSON.parse(readFileSync(join(copy, "packages", name, "package.json"), "utf8")).version,
	);
	if (new Set(versions).size !== 1)
		throw new Error(`the packages would get different versions: ${versions.join(", ")}`);
	console.log(`release: changeset version would make ${versions[0]}`);
} catch (error) {
	console.error(`release: ${error.stderr?.toString() || error.message}`);
	process.exitCode = 1;
} finally {
	rmSync(copy, { recursive: true, force: true });
}
