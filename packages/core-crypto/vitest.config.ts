import { fileURLToPath } from "node:url";
import { mergeConfig } from "vitest/config";
import { inOneProcess } from "../../vitest.base.js";

// `#spawn-worker` stays that of the built package: workers don't load TypeScript.
export default mergeConfig(inOneProcess, {
	resolve: { alias: { "#default-primitives": fileURLToPath(new URL("src/primitives/node.ts", import.meta.url)) } },
});
