import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const out = fileURLToPath(new URL("dist/page", import.meta.url));
const WORKER = "service-worker.js";

/** Tells the service worker which files there are: it keeps all of them. Each build of other files is another worker. */
function shellList(): Plugin {
	return {
		name: "shell-list",
		writeBundle() {
			const files = readdirSync(out, { recursive: true, encoding: "utf8" })
				.filter((name) => statSync(join(out, name)).isFile() && name !== WORKER && !name.endsWith(".map"))
				.toSorted();
			const hash = createHash("sha256");
			for (const name of files) hash.update(readFileSync(join(out, name)));
			const paths = files
				.map((name) => `/${name.split(sep).join("/")}`)
				.map((path) => path.replace("/index.html", "/"));
			const code = readFileSync(join(out, WORKER), "utf8");
			const head = `const SHELL_VERSION=${JSON.stringify(hash.digest("hex").slice(0, 16))},SHELL_FILES=${JSON.stringify([...paths, "/config.json"])};\n`;
			writeFileSync(join(out, WORKER), head + code);
		},
	};
}

/** The page: plain files that fit a Content-Security-Policy without exceptions, so nothing is inlined as `data:`. */
export default defineConfig({
	root: fileURLToPath(new URL("src/page", import.meta.url)),
	publicDir: "public",
	plugins: [shellList()],
	build: {
		rollupOptions: {
			// Mantine marks its files for frameworks that render on servers.
			onwarn: (warning, warn) => warning.code !== "MODULE_LEVEL_DIRECTIVE" && warn(warning),
			input: {
				index: fileURLToPath(new URL("src/page/index.html", import.meta.url)),
				"service-worker": fileURLToPath(new URL("src/page/offline/service-worker.ts", import.meta.url)),
			},
			output: { entryFileNames: ({ name }) => (name === "service-worker" ? WORKER : "assets/[name]-[hash].js") },
		},
		outDir: out,
		emptyOutDir: true,
		target: "es2023",
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
	},
	worker: { format: "es" },
});
