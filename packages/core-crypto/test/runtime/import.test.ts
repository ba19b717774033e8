import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const entry = new URL("../../dist/index.js", import.meta.url).href;

// In a fresh process: globals of browsers tell when they are touched, the rest is compared before and after.
const code = `
	const touched = [];
	for (const name of ["window", "document", "Worker", "indexedDB", "localStorage", "sessionStorage", "fetch", "console"]) {
		const value = globalThis[name];
		Object.defineProperty(globalThis, name, { configurable: true, get: () => (touched.push(name), value) });
	}
	const known = new Set(Reflect.ownKeys(globalThis));
	const state = () => JSON.stringify([
		process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
		process.getActiveResourcesInfo().filter((name) => /Timeout|Immediate|Worker|MessagePort|Socket/.test(name)),
	]);
	const before = state();
	await import(${JSON.stringify(entry)});
	const changed = state() === before ? [] : [before, state()];
	const added = Reflect.ownKeys(globalThis).filter((name) => !known.has(name)).map(String);
	process.stdout.write(JSON.stringify({ touched, changed, added }));
`;

it("importing the package has no side effect, and needs nothing of a browser", () => {
	const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", code]);
	expect([String(stderr), status]).toEqual(["", 0]);
	const { touched, changed, added } = JSON.parse(String(stdout));
	expect([touched, changed]).toEqual([[], []]);
	// Copies of zod find each other by these two.
	expect(added).toEqual(["__zod_globalConfig", "__zod_globalRegistry"]);
});
