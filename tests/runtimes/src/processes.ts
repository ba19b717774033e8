import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A path below the repository. */
export const inRepository = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** This process's environment without what the package manager and the test runner put there. */
const environment = Object.fromEntries(
	Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_|vitest|NODE_)/i.test(name)),
);

/**
 * Runs a program to its end; what it wrote.
 *
 * @throws Error with what it wrote, when it ends with another code than 0
 */
export async function run(
	program: string,
	args: readonly string[],
	folder: string,
	env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; stderr: string }> {
	try {
		const options = { cwd: folder, env: { ...environment, ...env }, maxBuffer: 2 ** 26 };
		return await promisify(execFile)(program, args, options);
	} catch (cause) {
		const { stdout, stderr } = cause as { stdout: string; stderr: string };
		throw new Error(`${[program, ...args].join(" ")} failed:\n${stdout}${stderr}`, { cause });
	}
}
