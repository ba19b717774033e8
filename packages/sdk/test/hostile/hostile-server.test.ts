import { runs } from "@sentc-ts/test-world";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { mutation } from "./mutate.js";
import { startPlay } from "./play.js";
import { scenarios } from "./scenarios.js";

const play = await startPlay();
afterAll(() => play.close());

describe("an API that lies", () => {
	it.each(scenarios)("$name: changed answers lead to typed errors or honest results", async (scenario) => {
		expect(new Set(await play.run(scenario, 0))).toEqual(new Set(play.routesOf(scenario)));
		await fc.assert(
			fc.asyncProperty(fc.nat(9), mutation, async (target, change) => void (await play.run(scenario, target, change))),
			{ numRuns: runs(scenario.runs) },
		);
	});

	it(`was met in ${runs(10_000)} calls at least, which saw errors and honest results`, () => {
		expect(play.seen.lies).toBeGreaterThanOrEqual(runs(10_000));
		expect(play.seen.errors).toBeGreaterThan(play.seen.lies / 10);
		expect(play.seen.honestResults).toBeGreaterThan(play.seen.lies / 10);
	});
});
