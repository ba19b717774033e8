import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Manifest {
	readonly name: string;
	readonly private?: boolean;
	readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
	readonly dependencies?: Readonly<Record<string, string>>;
}

export interface PublicPackage {
	readonly folder: string;
	readonly manifest: Manifest;
}

const packages = new URL("../../../packages/", import.meta.url);

/** Every package of the workspace that is published. */
export const publicPackages: readonly PublicPackage[] = readdirSync(packages)
	.map((name) => new URL(`${name}/`, packages))
	.map((folder) => ({ folder: fileURLToPath(folder), manifest: readManifest(new URL("package.json", folder)) }))
	.filter(({ manifest }) => !manifest.private);

/** What `import` can name: every export of every public package that is a module. */
export const modules: readonly string[] = publicPackages.flatMap(({ manifest: { name, exports } }) =>
	Object.entries(exports)
		.filter(([, target]) => typeof target === "object")
		.map(([path]) => name + path.slice(1)),
);

export function readManifest(file: URL | string): Manifest {
	return JSON.parse(readFileSync(file, "utf8"));
}

/** The first TypeScript block of the repository's README. */
export function readmeExample(): string {
	const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
	const example = /^```ts\n([\s\S]*?)^```$/m.exec(readme)?.[1];
	if (!example) throw new Error("The README has no example.");
	return example;
}
