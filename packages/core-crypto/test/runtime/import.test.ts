import { effectsOfImport } from "@sentc-ts/test-world/import-effects";
import { expect, it } from "vitest";

// Copies of zod find each other by these.
const CONFIG = "__zod_globalConfig";
const REGISTRY = "__zod_globalRegistry";

it.each([
	["dist/index.js", [CONFIG, REGISTRY]],
	["dist/node/index.js", [CONFIG]],
])("importing %s has no side effect, and needs nothing of a browser", (file, globals) => {
	const { touched, changed, added } = effectsOfImport(new URL(`../../${file}`, import.meta.url).href);
	expect([touched, changed]).toEqual([[], []]);
	expect(added).toEqual(globals);
});
