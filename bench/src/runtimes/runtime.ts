import type { ColdResult } from "../cold/cold-start.js";
import type { Effort } from "../measure.js";
import type { Outcome } from "../operations/bench.js";

/** Where the operations run. */
export interface Runtime {
	readonly name: "Node" | "Chromium";
	readonly version: string;
	readonly names: readonly string[];
	run(name: string, effort: Effort): Promise<Outcome>;
	coldStarts(rounds: number): Promise<ColdResult[]>;
	close(): Promise<void>;
}
