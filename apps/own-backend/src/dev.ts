import { fileURLToPath } from "node:url";
import { build } from "vite";
import "./start.js";

/** Development: everything of `npm start`, and the page is built again when it or a package it uses changes. */
const watcher = await build({
	configFile: fileURLToPath(new URL("../vite.config.ts", import.meta.url)),
	build: { watch: {} },
});
for (const signal of ["SIGINT", "SIGTERM"] as const) {
	process.once(signal, () => "close" in watcher && void watcher.close());
}
