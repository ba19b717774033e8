import { fileURLToPath } from "node:url";
import { mergeConfig } from "vitest/config";
import base from "../../vitest.base.js";

// `#spawn-worker` stays that of the built package: workers don't load TypeScript.
export default mergeConfig(base, {
	resolve: { alias: { "#default-primitives": fileURLToPath(new URL("src/primitives/node.ts", import.meta.url)) } },
});
