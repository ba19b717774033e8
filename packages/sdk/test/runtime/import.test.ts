import { effectsOfImport } from "@sentc-ts/test-world/import-effects";
import { expect, it } from "vitest";

it("importing the package has no side effect, and needs nothing of a browser", () => {
	const { touched, changed, added } = effectsOfImport(new URL("../../dist/index.js", import.meta.url).href);
	expect([touched, changed]).toEqual([[], []]);
	// Copies of zod find each other by the first two; Node sets the third when ky asks what a `Request` can do.
	expect(added).toEqual(["__zod_globalConfig", "__zod_globalRegistry", "Symbol(undici.globalDispatcher.1)"]);
});
