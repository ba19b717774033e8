import type { Op } from "../src/algorithms/op.js";
import { runSync } from "../src/algorithms/run.js";
import { noblePrimitives } from "../src/primitives/noble.js";

/** Runs what operations are made of in pure TypeScript. */
export const runPure = <T>(op: Op<T>): T => runSync(op, noblePrimitives);
