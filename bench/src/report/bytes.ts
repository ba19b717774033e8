import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** What a page loads, compressed. */
export interface Shipped {
	readonly name: string;
	readonly gzip: number;
	readonly brotli: number;
	/** Most that it should have, bytes of gzip. */
	readonly goal?: number;
}

const MAIN = "sentc.min.js";

/** The classic script and what it loads; WebAssembly apart, as it is optional. Beside it the reference client. */
export function shippedBytes(): Shipped[] {
	const { resolve } = createRequire(import.meta.url);
	const folder = dirname(resolve(`@sentc-ts/sdk/${MAIN}`));
	const files = readdirSync(folder).map((name) => join(folder, name));
	const scripts = files.filter((file) => /\/sentc\.[^/]+\.js$/.test(file));
	const wasm = files.filter((file) => file.endsWith(".wasm"));
	const reference = ["sentc_wasm/sentc_wasm.js", "sentc_wasm/sentc_wasm_bg.wasm"].map((name) => resolve(name));
	return [
		...scripts.map((file) => shipped(nameOf(file), [file], nameOf(file) === MAIN ? 75_000 : undefined)),
		shipped("all scripts", scripts, 130_000),
		...(wasm.length > 0 ? [shipped("optional WebAssembly", wasm)] : []),
		shipped("sentc_wasm, script and WebAssembly", reference),
	];
}

const nameOf = (file: string): string => file.slice(dirname(file).length + 1);

function shipped(name: string, files: readonly string[], goal?: number): Shipped {
	const contents = files.map((file) => readFileSync(file));
	const sum = (sizeOf: (content: Uint8Array) => number) => contents.reduce((total, each) => total + sizeOf(each), 0);
	return {
		name,
		gzip: sum((content) => gzipSync(content, { level: 9 }).length),
		brotli: sum((content) => brotliCompressSync(content).length),
		...(goal !== undefined && { goal }),
	};
}
