// Runs inside a server before its own code (`node --import`), and answers its parent what the process has used.

import { createRequire } from "node:module";

/** What the process has used so far. */
export interface Usage {
	/** User and system time, ms. */
	readonly cpu: number;
	/** Resident memory, MB. */
	readonly memory: number;
}

/** What a parent may ask for; the answer to `replay` is what the statements since `record` take, ms, or `null` where some write. */
export type Question = { readonly ask: "usage" | "record" } | { readonly ask: "replay"; readonly times: number };

type Method = "all" | "get" | "run";
type Statement = Record<Method, (...values: unknown[]) => unknown>;
type Driver = { readonly prototype: { prepare(this: unknown, ...args: unknown[]): Statement } };

/** A statement as it was run, to be run again. */
interface Run {
	readonly writes: boolean;
	again(): unknown;
}

let recorded: Run[] | undefined;

/** Every statement of this driver notes its runs while a recording is on. */
function watch({ prototype }: Driver): void {
	const { prepare } = prototype;
	prototype.prepare = function (...args) {
		const statement = prepare.apply(this, args);
		for (const method of ["all", "get", "run"] as const) {
			const run = statement[method].bind(statement);
			statement[method] = (...values) => {
				recorded?.push({ writes: method === "run", again: () => run(...values) });
				return run(...values);
			};
		}
		return statement;
	};
}

function usage(): Usage {
	const { user, system } = process.cpuUsage();
	return { cpu: (user + system) / 1000, memory: process.memoryUsage.rss() / 1e6 };
}

function replay(runs: readonly Run[], times: number): number | null {
	if (runs.length === 0 || runs.some(({ writes }) => writes)) return null;
	const before = usage().cpu;
	for (let time = 0; time < times; time++) for (const { again } of runs) again();
	return (usage().cpu - before) / times;
}

function answer(question: Question): unknown {
	if (question.ask === "usage") return usage();
	const runs = recorded ?? [];
	recorded = question.ask === "record" ? [] : undefined;
	return question.ask === "replay" ? replay(runs, question.times) : null;
}

const requireOf = createRequire(process.argv[1] ?? "");
for (const [name, driver] of [
	["libsql", (module: Driver) => module],
	["node:sqlite", (module: { DatabaseSync: Driver }) => module.DatabaseSync],
] as const) {
	try {
		watch(driver(requireOf(name)));
	} catch {
		// A server uses the one that it has.
	}
}
process.on("message", (question: Question) => process.send?.(answer(question)));
process.once("disconnect", () => process.exit());
process.channel?.unref();
