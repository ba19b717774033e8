import { cpus } from "node:os";
import type { ColdResult, Kind } from "../cold/cold-start.js";
import type { Times } from "../measure.js";
import type { Outcome } from "../operations/bench.js";
import type { Goal, Way } from "../operations/operation.js";
import type { Runtime } from "../runtimes/runtime.js";
import { type Shipped, shippedBytes } from "./bytes.js";

/** What was measured in one runtime. */
export interface RuntimeReport {
	readonly name: Runtime["name"];
	readonly version: string;
	readonly outcomes: readonly Outcome[];
	readonly coldStarts: readonly ColdResult[];
}

/** What is written as JSON. */
export interface Report {
	readonly date: string;
	readonly machine: string;
	readonly runtimes: readonly RuntimeReport[];
	readonly shipped: readonly Shipped[];
}

export function createReport(runtimes: readonly RuntimeReport[]): Report {
	const processors = cpus();
	return {
		date: new Date().toISOString().slice(0, 10),
		machine: `${processors.length} cores, ${processors[0]?.model.trim() ?? "unknown"}`,
		runtimes,
		shipped: shippedBytes(),
	};
}

/** One row of the table in one runtime. */
export interface Cell {
	readonly reference: Times;
	readonly ours: Times;
	readonly ratio: number;
	readonly goal: number | undefined;
}

export interface Line {
	readonly name: string;
	readonly node: Cell | undefined;
	readonly chromium: Cell | undefined;
}

const WAYS: Readonly<Record<Way, string>> = {
	async: "",
	wasm: ', argon2: "wasm"',
	sync: ", without a promise",
	pure: ", TypeScript alone",
};

const STARTS: Readonly<Record<Exclude<Kind, "reference">, { name: string; goal: Goal }>> = {
	"ours-sync": { name: "cold start to the first call, without a promise", goal: { node: 0.5, chromium: 0.5 } },
	"ours-async": { name: "cold start to the first call", goal: { node: 1, chromium: 1 } },
	"ours-sdk": { name: "cold start to the first call, the whole SDK", goal: {} },
};

/** The rows of the table, each with what is known of both runtimes. */
export function lines({ runtimes }: Pick<Report, "runtimes">): Line[] {
	const rows = new Map<string, { node?: Cell; chromium?: Cell }>();
	for (const runtime of runtimes) {
		const column = runtime.name === "Node" ? "node" : "chromium";
		const add = (name: string, cell: Omit<Cell, "goal">, goal: Goal = {}) =>
			rows.set(name, { ...rows.get(name), [column]: { ...cell, goal: goal[column] } });
		for (const { name, ours, reference } of runtime.outcomes) {
			for (const each of ours) add(name + WAYS[each.way], { reference, ours: each, ratio: each.ratio }, each.goal);
		}
		const reference = runtime.coldStarts.find(({ kind }) => kind === "reference");
		for (const each of runtime.coldStarts) {
			if (each.kind === "reference" || !reference) continue;
			const { name, goal } = STARTS[each.kind];
			add(name, { reference, ours: each, ratio: each.ratio }, goal);
		}
	}
	return [...rows].map(([name, { node, chromium }]) => ({ name, node, chromium }));
}
