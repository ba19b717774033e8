import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A copy of the repository as it is now, built and installed, that may be edited. */
export interface Copy {
	folder: string;
	remove(): Promise<void>;
}

/** Packages of others are shared with the original; those of the workspace are the copy's own. */
export async function copyRepository(): Promise<Copy> {
	const folder = await realpath(await mkdtemp(join(tmpdir(), "sentc-dev-")));
	const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
	const files = list.toString().split("\0").filter(Boolean);
	for (const file of files) await copyInto(folder, file);
	for (const manifest of files.filter((file) => /^[^/]+\/.*package\.json$/.test(file))) {
		await copyInto(folder, join(dirname(manifest), "dist"));
		if (dirname(manifest) !== "tools") await copyInto(folder, join(dirname(manifest), "node_modules"));
	}
	await symlink(join(root, "tools/node_modules"), join(folder, "tools/node_modules"));
	await mkdir(join(folder, "node_modules"));
	for (const name of await readdir(join(root, "node_modules"))) {
		await symlink(join(root, "node_modules", name), join(folder, "node_modules", name));
	}
	return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** With times, which tell the compiler that nothing has changed. What is not there is not copied. */
async function copyInto(folder: string, path: string): Promise<void> {
	const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
	try {
		await cp(join(root, path), join(folder, path), options);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
	}
}

/** Where turbo keeps what was built before: the copy need not build it again. */
export const buildCache: string = join(root, ".turbo/cache");
