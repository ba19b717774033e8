import { createRequire } from "node:module";
import { join } from "node:path";
import { forNode, UNBUNDLED } from "../../rolldown.base.js";

const coreCrypto = createRequire(import.meta.url).resolve("@sentc-ts/core-crypto");

/** The command: everything it uses, but what has no JavaScript. */
export default forNode({
	// The worker is looked for beside the script that starts it.
	input: { cli: "./dist/cli.js", "node-worker": join(coreCrypto, "../../worker/node-worker.js") },
	external: ["libsql"],
	resolve: { conditionNames: [UNBUNDLED, "import", "node", "default"] },
	output: { dir: "dist/bundle" },
});
