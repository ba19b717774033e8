import { fileURLToPath } from "node:url";
import { mergeConfig } from "vitest/config";
import base from "../../vitest.base.js";

export default mergeConfig(base, {
	resolve: {
		alias: {
			"#default-primitives": fileURLToPath(new URL("src/primitives/node.ts", import.meta.url)),
			"#spawn-worker": fileURLToPath(new URL("src/worker/spawn-node.ts", import.meta.url)),
		},
	},
});
