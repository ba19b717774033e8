import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

// Whether every rule for files has a test: titles begin with those that they show, "server-model §14.2(2); files §7.3(4)(5), §7.4: …".

const root = new URL("../../../", import.meta.url);

/** What the protocol says of files. */
const DOCUMENTS: Readonly<Record<string, (section: string) => boolean>> = {
	// But for examples, names of records, settings of the reference's server, and the codes that the other rules name.
	files: (section) => !["5.5.1", "7.9", "7.10", "9"].includes(section),
	"server-model": (section) => ["12.2", "14.1", "14.2"].includes(section),
};

/** A table whose rows are cases. */
const CASES = "| Situation ";

/** The numbered rules and the cases of each section, and the section itself where it says more than those. */
function rulesIn(text: string): string[] {
	return text
		.split(/^#{2,4} (?=\d)/m)
		.slice(1)
		.flatMap((part) => {
			const [heading = "", ...lines] = part.split("\n");
			const section = /^[\d.]*\d/.exec(heading)?.[0] ?? "";
			const tableAt = lines.findIndex((line) => line.startsWith(CASES));
			const cases = tableAt < 0 ? [] : lines.slice(tableAt + 2).filter((line) => line.startsWith("|"));
			const numbers = lines.flatMap((line) => /^(\d+)\. /.exec(line)?.[1] ?? []);
			const hasMore = lines.some((line) => line !== "" && !/^(\d+\. | {2,})/.test(line)) && cases.length === 0;
			return [
				...(hasMore ? [section] : []),
				...[...numbers, ...cases.map((_, row) => row + 1)].map((number) => `${section}(${number})`),
			];
		});
}

const sectionOf = (rule: string): string => rule.replace(/\(.*/, "");

/** The rules of a document that titles of tests name, each with its section. */
function rulesNamed(document: string, text: string): string[] {
	const lists = [...text.matchAll(/["`]((?:files|server-model) §[^"`\n]*?): /g)].flatMap(([, list = ""]) =>
		list.split("; "),
	);
	return lists
		.filter((list) => list.startsWith(`${document} §`))
		.flatMap((list) => [...list.matchAll(/§([\d.]*\d)((?:\(\d+\))*)/g)])
		.flatMap(([, section = "", numbers = ""]) => [
			section,
			...[...numbers.matchAll(/\(\d+\)/g)].map(([number]) => section + number),
		]);
}

const tests = ["packages", "tests"]
	.flatMap((folder) => readdirSync(new URL(folder, root)).map((name) => new URL(`${folder}/${name}/test/`, root)))
	.filter(existsSync)
	.flatMap((folder) => {
		const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
		return names.map((name) => readFileSync(new URL(name, folder), "utf8"));
	});

describe.each(Object.entries(DOCUMENTS))("the rules for files of protocol/%s", (document, isMeant) => {
	const all = rulesIn(readFileSync(new URL(`docs/protocol/${document}.md`, root), "utf8"));
	const rules = all.filter((rule) => isMeant(sectionOf(rule)));
	const named = new Set(tests.flatMap((text) => rulesNamed(document, text)));

	it.each(rules)("§%s has a test that names it", (rule) => {
		expect(named).toContain(rule);
	});

	it("are all those that tests name", () => {
		const exists = new Set([...all, ...all.map(sectionOf)]);
		expect([...named].filter((rule) => !exists.has(rule))).toEqual([]);
	});
});

describe("a missing rule", () => {
	it("would be noticed", () => {
		const text = `### 7.3 A\n\n1. a\n   b\n2. c\n\n### 7.4 B\n\n| d |\n\n#### 7.4.1 C\n\ne\n\n1. f\n\n## 8. D\n\n${CASES}|\n| - |\n| g |`;
		expect(rulesIn(text)).toEqual(["7.3(1)", "7.3(2)", "7.4", "7.4.1", "7.4.1(1)", "8(1)"]);
		const titles =
			'it("files §7.3(1)(2), §7.4: a"); it("files §8 b"); it("server-model §14.2; files §7.1(2): c"); // files §9: d';
		expect(rulesNamed("files", titles)).toEqual(["7.3", "7.3(1)", "7.3(2)", "7.4", "7.1", "7.1(2)"]);
	});
});
