import { fileURLToPath } from "node:url";
import { mergeConfig } from "vitest/config";
import { inOneProcess } from "../../vitest.base.js";

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

// `#spawn-worker` stays that of the built package: workers don't load TypeScript.
export default mergeConfig(inOneProcess, {
	resolve: {
		alias: { "#default-primitives": source("primitives/node.ts"), "#native-text": source("encoding/text-node.ts") },
	},
});
