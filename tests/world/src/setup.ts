import * as fc from "fast-check";
import { runs, seed } from "./runs.js";

/** fast-check's own number of runs, where a test gives none. */
const RUNS = 100;

fc.configureGlobal({ seed, numRuns: runs(RUNS) });
