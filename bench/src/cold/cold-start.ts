import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { quantile, type Times } from "../measure.js";

/** One start in a fresh process or page. */
export interface ColdStart {
	/** From the import to the first result, ms. */
	readonly ready: number;
	/** What the calling thread keeps after some work and a collection of garbage, bytes. */
	readonly heap: number;
	/** Of the whole process, bytes. */
	readonly process?: number;
}

/** What starts: modules of this folder. */
export const KINDS = ["ours-sync", "ours-async", "ours-sdk", "reference"] as const;
export type Kind = (typeof KINDS)[number];

/** Starts it once. */
export type Starter = (kind: Kind) => Promise<ColdStart>;

export interface ColdResult extends Times {
	readonly kind: Kind;
	/** As a share of what the reference took in the same round. */
	readonly ratio: number;
	readonly heap: number;
	readonly process?: number;
}

/** All kinds in turn. */
export async function coldStarts(start: Starter, rounds: number): Promise<ColdResult[]> {
	const starts: Record<Kind, ColdStart>[] = [];
	for (let round = 0; round < rounds; round++) {
		const entries: [Kind, ColdStart][] = [];
		for (const kind of KINDS) entries.push([kind, await start(kind)]);
		starts.push(Object.fromEntries(entries) as Record<Kind, ColdStart>);
	}
	return KINDS.map((kind) => {
		const of = (value: (start: ColdStart) => number) => starts.map((each) => value(each[kind]));
		const ready = of((each) => each.ready);
		const whole = starts.flatMap((each) => each[kind].process ?? []);
		return {
			kind,
			median: quantile(ready, 0.5),
			p95: quantile(ready, 0.95),
			least: quantile(ready, 0),
			ratio: quantile(
				starts.map((each) => each[kind].ready / each.reference.ready),
				0.5,
			),
			heap: quantile(
				of((each) => each.heap),
				0.5,
			),
			...(whole.length > 0 && { process: quantile(whole, 0.5) }),
		};
	});
}

/** In a process of Node. */
export const startInNode: Starter = async (kind) => {
	const module = kind === "reference" ? "reference-node" : kind;
	const script = fileURLToPath(new URL("node.js", import.meta.url));
	const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", script, module]);
	return JSON.parse(stdout);
};
