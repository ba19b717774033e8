import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const bases = ["packages/", "", "packages/sdk/test/hostile/", "packages/server-helpers/test/"];

/** The last cells of the tables, which name tests: files, then parts of titles in them. "The same" goes on with the file before. */
const cells = readFileSync(new URL("SECURITY.md", root), "utf8")
	.split("\n")
	.filter((line) => line.startsWith("| ") && /\.test\.ts`|the same, "/.test(line.split("|").at(-2) ?? ""))
	.map((line) => line.split("|").at(-2) ?? "");

function textOf(name: string): string {
	const file = bases.map((base) => new URL(base + name, root)).find((url) => existsSync(url));
	return file === undefined ? "" : readFileSync(file, "utf8");
}

describe("the tables of SECURITY.md name tests that exist", () => {
	it("in every row", () => {
		let file = "";
		const missing: string[] = [];
		for (const [, name, title] of cells.join("\n").matchAll(/`([\w./-]+\.test\.ts)`|"([^"]+)"/g)) {
			if (name !== undefined) {
				file = name.includes("/") || textOf(name) !== "" ? name : file.replace(/[^/]+$/, name);
				if (textOf(file) === "") missing.push(file);
			} else if (title !== undefined && !textOf(file).includes(title)) missing.push(`${file}: ${title}`);
		}
		expect(missing).toEqual([]);
	});

	it("and has rows to check", () => {
		expect(cells.length).toBeGreaterThan(80);
	});
});
