import { defineConfig } from "vite";

/** The page: plain files that fit a Content-Security-Policy without exceptions, so nothing is inlined as `data:`. */
export default defineConfig({
	root: "src/page",
	build: {
		rollupOptions: { input: ["src/page/index.html", "src/page/help-desk/index.html"] },
		outDir: "../../dist/page",
		emptyOutDir: true,
		target: "es2023",
		sourcemap: true,
		assetsInlineLimit: 0,
		modulePreload: { polyfill: false },
	},
	worker: { format: "es" },
});
