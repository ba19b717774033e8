import { defineConfig } from "vitest/config";

/** Every package reports to `test-results.json`, which `npm test` sums up. */
export default defineConfig({
	test: {
		include: ["test/**/*.test.ts"],
		reporters: ["default", ["json", { outputFile: "test-results.json" }]],
		testTimeout: 60_000,
		hookTimeout: 60_000,
	},
});
