import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

// Whether the tests of this folder are complete: their titles begin with the lines that they show.

/** How many acceptance criteria each part has. */
const LINES = { 1: 26, 2: 8, 3: 10, 4: 26, 5: 16, 6: 4, 7: 8, 8: 2, 9: 4 };

const titles = readdirSync(import.meta.dirname)
	.filter((name) => name.endsWith(".test.ts"))
	.map((name) => readFileSync(`${import.meta.dirname}/${name}`, "utf8"))
	.join("\n");

it.each(Object.entries(LINES))("every line of A.%s has a test that names it", (part, count) => {
	const named = new Set([...titles.matchAll(new RegExp(`A\\.${part}\\.(\\d+) `, "g"))].map(([, line]) => Number(line)));
	expect([...named].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index + 1));
});
