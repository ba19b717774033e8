import { readFile } from "node:fs/promises";
import { quantile } from "../measure.js";
import type { Report } from "./report.js";

/** Reports of several runs as one: each number is the median of theirs, all else that of the first one. They have the same rows. */
export async function readMedian(files: readonly string[]): Promise<Report> {
	const reports = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, "utf8")) as Report));
	return medianOf(reports) as Report;
}

function medianOf(values: readonly unknown[]): unknown {
	const [first] = values;
	if (typeof first === "number") return quantile(values as number[], 0.5);
	if (typeof first !== "object" || first === null) return first;
	const of = (name: string) => medianOf(values.map((value) => (value as Record<string, unknown>)[name]));
	if (Array.isArray(first)) return first.map((_, index) => of(`${index}`));
	return Object.fromEntries(Object.keys(first).map((name) => [name, of(name)]));
}
