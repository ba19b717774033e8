import { effectsOfImport } from "@sentc-ts/test-world/import-effects";
import { expect, it } from "vitest";

it.each(["dist/index.js", "dist/node/index.js"])(
	"importing %s has no side effect, and needs nothing of a browser",
	(file) => {
		const { touched, changed, added } = effectsOfImport(new URL(`../../${file}`, import.meta.url).href);
		expect([touched, changed]).toEqual([[], []]);
		// Copies of zod find each other by this one.
		expect(added).toEqual(["__zod_globalConfig"]);
	},
);
