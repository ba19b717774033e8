import { existsSync } from "node:fs";

interface Wanted {
	/** What the sentence calls it. */
	name: string;
	/** The Debian package that has it. */
	debianPackage: string;
	/** The environment variable that points to another one. */
	variable: string;
	/** Where it usually is; the first one wins. */
	candidates: readonly string[];
}

/** @throws Error with one sentence when there is none */
export function findExecutable({ name, debianPackage, variable, candidates }: Wanted): string {
	const chosen = process.env[variable];
	const path = (chosen ? [chosen] : candidates).find((candidate) => existsSync(candidate));
	if (path !== undefined) return path;
	const missing = chosen ? `${chosen} does not exist` : "it is not here";
	throw new Error(
		`The browser tests need ${name}, but ${missing}: install Debian's package ${debianPackage}, or set ${variable} to its path.`,
	);
}
