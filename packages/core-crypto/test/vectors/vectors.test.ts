import { tier } from "@sentc-ts/test-world/runs";
import { afterAll, describe, it } from "vitest";
import { allChecks, derivesPasswords } from "../checks/all.js";
import { backends, sources, workerBackend } from "../support.js";

afterAll(() => workerBackend.close());

const checks = allChecks(sources);
const paths = [...backends, ["worker", workerBackend] as const];
/** The quick tests leave out what lies between pure TypeScript in this thread, and all that is native in a worker. */
const tested = paths.filter(([name]) => tier !== "quick" || name === "noble" || name === "worker");

/** WebCrypto has no part in passwords, and a worker derives them by the same code. */
const withPasswords = tier === "quick" ? ["noble"] : ["noble", "node", "worker"];

describe.each(tested)("%s", (path, crypto) => {
	const some = checks.filter(({ name }) => withPasswords.includes(path) || !derivesPasswords(name));
	for (const { name, run } of some) it(name, () => run(crypto));
});
