import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const pages = [
	"README.md",
	"SECURITY.md",
	"CONTRIBUTING.md",
	...readdirSync(new URL("docs/", root), { recursive: true, encoding: "utf8" })
		.filter((name) => name.endsWith(".md"))
		.map((name) => `docs/${name}`),
];

/** Where a path of the documentation may start. */
const bases = [
	"",
	"docs/",
	"docs/protocol/",
	"packages/",
	"packages/sdk/test/",
	"packages/api-server/src/",
	"packages/core-crypto/src/",
	"apps/own-backend/",
];
const exists = (path: string): boolean => bases.some((base) => existsSync(new URL(base + path, root)));

/** Code spans that are paths of files, and the targets of links to files. */
function pathsIn(text: string): string[] {
	const spans = [...text.matchAll(/`([\w.@/-]+\/[\w.-]+\.(?:ts|mjs|html|css|json|md))`/g)].map(([, path = ""]) => path);
	const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = ""]) => path);
	return [...spans, ...links];
}

describe("the documentation names files that exist", () => {
	it.each(pages)("%s", (page) => {
		const paths = pathsIn(readFileSync(new URL(page, root), "utf8"));
		expect(paths.filter((path) => !exists(path))).toEqual([]);
	});

	it("and has paths to check", () => {
		expect(pathsIn(readFileSync(new URL("docs/seed-page.md", root), "utf8")).length).toBeGreaterThan(30);
	});
});
