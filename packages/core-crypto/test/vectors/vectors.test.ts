import { tier } from "@sentc-ts/test-world/runs";
import { afterAll, describe, it } from "vitest";
import { allChecks } from "../checks/all.js";
import { backends, sources, workerBackend } from "../support.js";

afterAll(() => workerBackend.close());

const checks = allChecks(sources);
const paths = [...backends, ["worker", workerBackend] as const];
/** The quick tests leave out what lies between pure TypeScript in this thread, and all that is native in a worker. */
const tested = paths.filter(([name]) => tier !== "quick" || name === "noble" || name === "worker");

describe.each(tested)("%s", (_, crypto) => {
	for (const { name, run } of checks) it(name, () => run(crypto));
});
