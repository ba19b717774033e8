import { afterAll, describe, it } from "vitest";
import { allChecks } from "./checks/all.js";
import { backends, sources, workerBackend } from "./support.js";

afterAll(() => workerBackend.close());

const checks = allChecks(sources);

describe.each([...backends, ["worker", workerBackend] as const])("%s", (_, crypto) => {
	for (const { name, run } of checks) it(name, () => run(crypto));
});
